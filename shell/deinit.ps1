# Takes xrole's hook out of this PowerShell.
. {
  $global:__xrole_ps1 = ''
  if ("$function:prompt" -match '__xrole_tick') {
    Set-Item -LiteralPath Function:global:prompt -Value $global:__xrole_original
    Remove-Item -LiteralPath Function:__xrole_tick
    'original', 'ps1' | ForEach-Object { Remove-Variable -Scope Global -Name "__xrole_$_" -ErrorAction Ignore }
  }
  # A prompt that something else put around ours still calls it.
  else { function global:__xrole_tick { } }
  'xrole', '__xrole_apply', '__xrole_pick_up', '__xrole_segment', '__xrole_number', '__xrole_expiry', '__xrole_placed' |
    ForEach-Object { Remove-Item -LiteralPath "Function:$_" -ErrorAction Ignore }
  'prev', 'color', 'seen', 'told', 'first', 'place', 'on_expire' |
    ForEach-Object { Remove-Variable -Scope Global -Name "__xrole_$_" -ErrorAction Ignore }
  # What `xrole unset` gives back stays while a role is active.
  if ((Test-Path -LiteralPath Variable:global:__xrole_old) -and $null -eq $global:__xrole_old) { Remove-Variable -Scope Global -Name __xrole_old }
  Register-ArgumentCompleter -Native -CommandName xrole -ScriptBlock { }
}
