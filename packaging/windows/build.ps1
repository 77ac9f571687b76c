# Freezes Outcry, lets the frozen program make its first journey, and packs the installer with Inno Setup.
$ErrorActionPreference = "Stop"
Set-Location (Join-Path $PSScriptRoot "..\..")

python -m PyInstaller --noconfirm --clean --log-level WARN --distpath dist --workpath build\frozen packaging\outcry.spec
if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }

$env:OUTCRY_HOME = Join-Path ([System.IO.Path]::GetTempPath()) ([System.IO.Path]::GetRandomFileName())
& dist\outcry\outcry.exe demo --output (Join-Path $env:OUTCRY_HOME "demo")
if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }

$version = (& dist\outcry\outcry.exe --version).Split(" ")[1]
iscc "/DVersion=$version" packaging\windows\outcry.iss
exit $LASTEXITCODE
