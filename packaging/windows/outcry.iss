; Windows installer of the frozen program: iscc /DVersion=0.1.0 packaging\windows\outcry.iss
#ifndef Version
  #error Give the version: iscc /DVersion=0.1.0
#endif

[Setup]
AppId={{6B0E6E0B-5E0E-4C57-9C0A-2C6F9E1C7A51}
AppName=Outcry
AppVersion={#Version}
AppPublisher=The Outcry developers
DefaultDirName={autopf}\Outcry
DefaultGroupName=Outcry
LicenseFile=..\..\LICENSE
OutputDir=..\..\dist
OutputBaseFilename=outcry-{#Version}-setup
SetupIconFile=..\icons\outcry.ico
UninstallDisplayIcon={app}\outcry.exe
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
Compression=lzma2
SolidCompression=yes
WizardStyle=modern

[Files]
Source: "..\..\dist\outcry\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion

[Icons]
Name: "{group}\Outcry"; Filename: "{app}\outcry.exe"
Name: "{autodesktop}\Outcry"; Filename: "{app}\outcry.exe"; Tasks: desktopicon

[Tasks]
Name: desktopicon; Description: "Create a desktop icon"; Flags: unchecked

[Run]
Filename: "{app}\outcry.exe"; Description: "Open Outcry"; Flags: nowait postinstall skipifsilent
