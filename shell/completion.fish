# Profile names come from the binary; subcommands and options from the generated lines above.
function __xrole_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l out (command xrole _complete 1 fish -- $words 2>/dev/null)
    or return
    if test "$out[1]" = '1 values'; and set -q out[2]
        printf '%s\n' $out[2..-1]
    end
end
complete -c xrole -n 'not __fish_xrole_needs_command' -f -k -a '(__xrole_complete)'
