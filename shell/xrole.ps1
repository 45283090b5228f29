# xrole's hook for Windows PowerShell 5.1 and PowerShell 7: the function, the prompt segment, completion.

# Every variable of ours exists before it is read, as Set-StrictMode wants it.
foreach ($__xrole_n in 'old', 'prev', 'color', 'seen', 'told', 'first', 'original', 'ps1') {
  if (-not (Test-Path -LiteralPath "Variable:global:__xrole_$__xrole_n")) { Set-Variable -Scope Global -Name "__xrole_$__xrole_n" -Value $null }
}
Remove-Variable -Name __xrole_n
if ($null -eq $global:__xrole_color) { $global:__xrole_color = '@XROLE_COLOR@' }
$global:__xrole_place = '@XROLE_PROMPT@'
$global:__xrole_on_expire = '@XROLE_ON_EXPIRE@'

# No param(): named parameters would take -v and the like away from xrole.
function global:xrole {
  $xrole = '/abs/xrole'
  $PSNativeCommandUseErrorActionPreference = $false
  $words = @()
  $join = $false # `-e:f` arrives as `-e:` and `f`
  foreach ($x in $args) {
    if ($join) { $words[-1] += [string]$x } else { $words += [string]$x }
    $join = "$x".EndsWith(':') -and $x.PSObject.Properties['<CommandParameterName>']
  }
  $captured = $words.Count -gt 0 -and @('use', 'unset', 'renew') -ccontains $words[0] -and $words -cnotcontains '-h' -and $words -cnotcontains '--help'
  if (-not (Test-Path -LiteralPath Variable:PSNativeCommandArgumentPassing) -or $PSNativeCommandArgumentPassing -eq 'Legacy') {
    # Before 7.3 an empty word is dropped and a quote is lost on the way to a program.
    $words = @(foreach ($x in $words) { if ($x -ceq '') { '""' } else { $x -replace '(\\*)"', '$1$1\"' } })
  }
  if (-not $captured) {
    if ($MyInvocation.ExpectingInput) { $input | & $xrole $words } else { & $xrole $words }
    return
  }
  # In a pipe (`| Out-String | Invoke-Expression`) the code form is asked for, and evaluated by the one who asked.
  $aside = $MyInvocation.PipelineLength -gt 1
  $global:LASTEXITCODE = 127 # should the program be gone
  try {
    if ($aside) { $env:XROLE_SHELL = 'powershell'; & $xrole $words }
    else {
      $env:XROLE_SHELL = 'json'
      $env:XROLE_PREV = $global:__xrole_prev
      & $xrole $words | Out-String | ForEach-Object { if ($global:LASTEXITCODE -eq 0) { __xrole_apply $_ } }
    }
  } catch { throw }
  finally { Remove-Item -LiteralPath 'Env:XROLE_SHELL', 'Env:XROLE_PREV' -ErrorAction Ignore }
  if ($aside) { return }
  $ErrorActionPreference = 'Stop'
  # A function around a failing program leaves $? true, and `xrole use bad && deploy` would go on.
  if ($global:LASTEXITCODE -ne 0) { throw "xrole: exit status $global:LASTEXITCODE" }
}

# Does what the data says: save, restore, unset, set. No variable ever holds a secret, since Set-PSDebug prints those.
function global:__xrole_apply {
  $ErrorActionPreference = 'Stop'
  # The mark in front keeps ConvertFrom-Json from turning text that looks like a date into one.
  ConvertFrom-Json ($args[0] -creplace '"(v|prev)":"', '"$1":"=') | ForEach-Object {
    $fresh = $null -eq $global:__xrole_old
    if ($fresh -and (@($_.save).Count -or @($_.resave).Count)) { $global:__xrole_old = @{} }
    foreach ($n in @(if ($fresh) { $_.save }) + @($_.resave)) {
      if (Test-Path -LiteralPath "Env:$n") { $global:__xrole_old[$n] = (Get-Item -LiteralPath "Env:$n").Value } else { $global:__xrole_old.Remove($n) }
    }
    foreach ($n in $_.restore) {
      if ($null -ne $global:__xrole_old -and $null -ne $global:__xrole_old[$n]) { Set-Item -LiteralPath "Env:$n" -Value $global:__xrole_old[$n] }
      else { Remove-Item -LiteralPath "Env:$n" -ErrorAction Ignore }
    }
    foreach ($n in $_.unset) { Remove-Item -LiteralPath "Env:$n" -ErrorAction Ignore }
    if ($null -ne $_.prev) { $global:__xrole_prev = $_.prev.Substring(1) }
    if ($null -ne $_.color) { $global:__xrole_color = $_.color }
    if ($_.forget) { $global:__xrole_old = $null }
    $_.set | ForEach-Object { Set-Item -LiteralPath "Env:$($_.n)" -Value $_.v.Substring(1) }
  }
}

function global:__xrole_number { "$($args[0])" -match '\A[1-9][0-9]{0,14}\z' }

# Picks up a session that another terminal renewed, once for each renewal.
function global:__xrole_pick_up {
  if (-not $env:XROLE_STAMP) { return }
  $file = Get-Item -LiteralPath $env:XROLE_STAMP -Force -ErrorAction Ignore
  # A directory has no length, a FIFO has none to offer, and a link tells only its own: reading could never end.
  if ($null -eq $file -or -not $file.PSObject.Properties['Length'] -or "$($file.Attributes)" -match 'ReparsePoint' -or $file.Length -lt 3 -or $file.Length -gt 64) { return }
  $line = Get-Content -LiteralPath $env:XROLE_STAMP -TotalCount 1 -ErrorAction Ignore
  if ("$line" -notmatch '\A([1-9][0-9]{0,14}) [1-9][0-9]{0,14}\z') { return }
  if ($Matches[1] -ceq $env:XROLE_GEN -or $Matches[1] -ceq $global:__xrole_seen) { return }
  $global:__xrole_seen = $Matches[1]
  $xrole = '/abs/xrole'
  $PSNativeCommandUseErrorActionPreference = $false
  $global:LASTEXITCODE = 127
  $null | & $xrole _sync --shell json 2>$null | Out-String | ForEach-Object {
    if ($global:LASTEXITCODE -eq 0 -and $_.StartsWith('{')) { __xrole_apply $_ }
  }
}

# Fills __xrole_ps1 (`[prod 42m] `) from the variables of the session; returns the seconds left, if that can be known.
function global:__xrole_segment {
  $global:__xrole_ps1 = ''
  if (-not $env:XROLE_PROFILE) { return }
  $name = ($env:XROLE_PROFILE -replace '[\x00-\x1f\x7f-\x9f]', '?') -replace '\Aarn:.*/', ''
  $left = ''
  $color = 6
  if ("$global:__xrole_color" -match '\A[0-7]\z') { $color = [int]"$global:__xrole_color" }
  # Without keys it is AWS_PROFILE that says where this shell is.
  $at = $env:XROLE_KEY_ID -or @(($env:XROLE_PROFILE -replace '\Aarn:.*/', ''), 'xrole-expired') -ccontains "$env:AWS_PROFILE"
  if (-not $at -or "$env:AWS_ACCESS_KEY_ID" -cne "$env:XROLE_KEY_ID") { $left = '?'; $color = 1 }
  elseif (__xrole_number $env:XROLE_EXPIRES) {
    $ticks = [datetime]::UtcNow.Ticks
    $s = [long]$env:XROLE_EXPIRES - [long](($ticks - $ticks % 10000000 - 621355968000000000) / 10000000)
    if ($s -le 0) { $left = ' expired' }
    elseif ($s -lt 60) { $left = " ${s}s" }
    elseif ($s -lt 3600) { $left = " $(($s - $s % 60) / 60)m" }
    else { $left = ' {0}h{1:00}m' -f (($s - $s % 3600) / 3600), (($s % 3600 - $s % 60) / 60) }
    if ($s -le 300) { $color = 1 } elseif ($s -le 900 -and $color -ne 1) { $color = 3 }
    $s
  }
  $global:__xrole_ps1 = "[$name$left] "
  # Windows has no TERM; its host says whether it draws colours.
  if (-not $env:NO_COLOR -and $env:TERM -cne 'dumb' -and ($env:TERM -or $Host.UI.SupportsVirtualTerminal)) {
    $global:__xrole_ps1 = "$([char]27)[3${color}m[$name$left]$([char]27)[39m "
  }
}

# Says once for each session that it is over; expired keys stay and fail closed, unless on_expire is `clear`.
function global:__xrole_expiry {
  if ($global:__xrole_told -ceq "$env:XROLE_GEN") { return }
  $global:__xrole_told = "$env:XROLE_GEN"
  if ($global:__xrole_first) {
    $said = "xrole: the session of $($env:XROLE_PROFILE -replace '[\x00-\x1f\x7f-\x9f]', '?') has expired; run: xrole renew"
    if ($ExecutionContext.SessionState.LanguageMode -eq 'FullLanguage') { $Host.UI.WriteErrorLine($said) } else { Write-Warning $said }
  }
  if ($global:__xrole_on_expire -eq 'clear' -and $env:XROLE_KEY_ID) {
    Remove-Item -LiteralPath Env:AWS_ACCESS_KEY_ID, Env:AWS_SECRET_ACCESS_KEY, Env:AWS_SESSION_TOKEN, Env:XROLE_KEY_ID -ErrorAction Ignore
    $env:AWS_PROFILE = 'xrole-expired'
  }
}

# Does another prompt show the session by itself? Decided at the first prompt, when all start files are through.
function global:__xrole_placed {
  if ($global:__xrole_place -eq 'none') { return $false }
  if ('left', 'right' -contains $global:__xrole_place) { return $true }
  $names = 'pwsh', 'powershell'
  -not ($names -contains $env:STARSHIP_SHELL -or $names -contains $env:POSH_SHELL -or (Get-Module -Name oh-my-posh-core))
}

function global:__xrole_tick {
  if ($env:XROLE_PROFILE -and "$env:AWS_ACCESS_KEY_ID" -ceq "$env:XROLE_KEY_ID") { __xrole_pick_up }
  $s = __xrole_segment
  if ($null -ne $s -and $s -le 0) { __xrole_expiry }
  if ($null -eq $global:__xrole_first) { $global:__xrole_first = if (__xrole_placed) { 'shown' } else { 'hidden' } }
  if ($global:__xrole_first -eq 'shown') { $global:__xrole_ps1 }
}

if ($null -eq $global:__xrole_original) {
  $global:__xrole_original = $function:prompt
  function global:prompt {
    $ok = $?
    $code = Get-Variable -Scope Global -Name LASTEXITCODE -ValueOnly -ErrorAction Ignore
    $segment = try { __xrole_tick } catch { '' }
    $global:LASTEXITCODE = $code
    # Sets $? for the prompt that was there before, and at the end for the next command.
    if (-not $ok) { Write-Error '' -ErrorAction Ignore } else { $null = 1 }
    $texts = @(& $global:__xrole_original)
    if ($texts.Count) { "$segment$($texts[0])" } else { $segment }
    $global:LASTEXITCODE = $code
    if (-not $ok) { Write-Error '' -ErrorAction Ignore }
  }
}

# @XROLE_COMPLETION@
