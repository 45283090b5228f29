# Profile names come from the binary; subcommands and options from the generated lines above.
function __xrole_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l out (command xrole _complete 1 fish -- $words 2>/dev/null)
    or return
    if test "$out[1]" = '1 values'; and set -q out[2]
        printf '%s\n' $out[2..-1]
    else if string match -qr '^1 command \d+$' -- "$out[1]"
        # Another command begins there, and completes itself.
        set -l first (math (string replace '1 command ' '' -- $out[1]) + 1)
        set -l before
        if test $first -lt (count $words)
            set before (string escape -- $words[$first..-2])
        end
        complete -C (string join -- ' ' $before (commandline -ct))
    end
end
function __xrole_in_command
    set -l words (commandline -opc) (commandline -ct)
    string match -q '1 command *' -- (command xrole _complete 1 fish -- $words 2>/dev/null)
end
complete -c xrole -n 'not __fish_xrole_needs_command' -f -k -a '(__xrole_complete)'
