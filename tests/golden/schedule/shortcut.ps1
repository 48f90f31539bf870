$ErrorActionPreference = 'Stop'
$link = (New-Object -ComObject WScript.Shell).CreateShortcut($env:ELEARN_LINK)
$link.TargetPath = $env:ELEARN_PROGRAM
$link.Arguments = $env:ELEARN_ARGUMENTS
$link.WorkingDirectory = $env:ELEARN_FOLDER
$link.WindowStyle = 7
$link.Save()
