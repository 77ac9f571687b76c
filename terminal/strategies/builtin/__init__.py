"""The strategies that come with Outcry, one file each, written to be read. Found by the library, imported by nobody."""
