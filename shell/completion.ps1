# Everything that may stand at the cursor comes from the binary.
Register-ArgumentCompleter -Native -CommandName xrole -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $binary = Get-Command -Name xrole -CommandType Application -ErrorAction Ignore | Select-Object -First 1
    if (-not $binary) { return }
    $words = @()
    $end = 0
    foreach ($element in $commandAst.CommandElements) {
        if ($element.Extent.StartOffset -ge $cursorPosition) { break }
        if ($element -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $words += ".$($element.Value)" }
        else { $words += ".$($element.Extent.Text)" }
        $end = $element.Extent.EndOffset
    }
    if ($cursorPosition -gt $end) { $words += '.' }
    $status = $global:LASTEXITCODE
    $lines = @(& $binary.Path _complete 1 powershell -- $words 2>$null)
    $global:LASTEXITCODE = $status
    if ($lines.Count -eq 1 -and $lines[0] -cmatch '^1 command ([0-9]+)$') {
        # Another command begins there, and completes itself.
        $first = [int]$Matches[1]
        if ($first -ge $commandAst.CommandElements.Count) { return }
        $start = $commandAst.CommandElements[$first].Extent.StartOffset
        $text = $commandAst.Extent.Text.Substring($start - $commandAst.Extent.StartOffset)
        $column = [Math]::Min($cursorPosition - $start, $text.Length)
        return (TabExpansion2 -inputScript $text -cursorColumn $column).CompletionMatches
    }
    if ($lines.Count -lt 2 -or $lines[0] -cne '1 values') { return }
    $typed = $words[-1].Substring(1)
    $quotes = "['" + [char]0x2018 + [char]0x2019 + [char]0x201a + [char]0x201b + ']'
    foreach ($line in $lines[1..($lines.Count - 1)]) {
        $value, $description = $line -split "`t", 2
        if (-not $value.StartsWith($typed, [System.StringComparison]::OrdinalIgnoreCase)) { continue }
        $text = $value
        if ($value -cnotmatch '^[A-Za-z0-9_./+%-]+$') { $text = "'" + ($value -replace $quotes, '$0$0') + "'" }
        if (-not $description) { $description = $value }
        [System.Management.Automation.CompletionResult]::new($text, $value, 'ParameterValue', $description)
    }
}
