# fish completion for xrole
# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_xrole_global_optspecs
    string join \n h/help V/version
end

function __fish_xrole_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_xrole_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_xrole_using_subcommand
    set -l cmd (__fish_xrole_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c xrole -n "__fish_xrole_needs_command" -s h -l help -d 'Print help'
complete -c xrole -n "__fish_xrole_needs_command" -s V -l version -d 'Print version'
complete -c xrole -n "__fish_xrole_needs_command" -f -a "use" -d 'Put a profile\'s session into this shell'
complete -c xrole -n "__fish_xrole_needs_command" -f -a "unset" -d 'Take the session out of this shell and restore what was there before'
complete -c xrole -n "__fish_xrole_needs_command" -f -a "renew" -d 'Mint the active session anew, asking for a code if one is needed'
complete -c xrole -n "__fish_xrole_needs_command" -f -a "exec" -d 'Run a program with a profile\'s session in its environment'
complete -c xrole -n "__fish_xrole_needs_command" -f -a "credential-process" -d 'Print a session for `credential_process` in ~/.aws/config'
complete -c xrole -n "__fish_xrole_needs_command" -f -a "export" -d 'Print a session for a program to read'
complete -c xrole -n "__fish_xrole_needs_command" -f -a "write" -d 'Write a session into ~/.aws/credentials, for programs that know nothing else'
complete -c xrole -n "__fish_xrole_needs_command" -f -a "configure" -d 'Add or change a profile in ~/.aws/config'
complete -c xrole -n "__fish_xrole_needs_command" -f -a "status" -d 'Show which session this shell holds, and for how long'
complete -c xrole -n "__fish_xrole_needs_command" -f -a "list" -d 'List profiles, or every setting of one with the line it came from'
complete -c xrole -n "__fish_xrole_needs_command" -f -a "explain" -d 'Show the calls that `use` would make, every parameter and where it came from'
complete -c xrole -n "__fish_xrole_needs_command" -f -a "clear" -d 'Forget cached sessions'
complete -c xrole -n "__fish_xrole_needs_command" -f -a "init" -d 'Print the hook for a shell\'s start file: wrapper, prompt segment, completion'
complete -c xrole -n "__fish_xrole_needs_command" -f -a "deinit" -d 'Print the code that takes the hook out of a running shell'
complete -c xrole -n "__fish_xrole_needs_command" -f -a "completions" -d 'Print the completion file for a shell'
complete -c xrole -n "__fish_xrole_needs_command" -f -a "prompt" -d 'Print the prompt segment, for tmux and prompts of your own'
complete -c xrole -n "__fish_xrole_using_subcommand use" -l source -d 'Whose credentials assume the role, when PROFILE is a role\'s ARN: a profile, or Environment, Ec2InstanceMetadata, EcsContainer' -r -f -a '(__xrole_complete)'
complete -c xrole -n "__fish_xrole_using_subcommand use" -l region -d 'AWS region, instead of AWS_REGION and the profile\'s' -r -f -a '(__xrole_complete)'
complete -c xrole -n "__fish_xrole_using_subcommand use" -l duration -d 'How long the session shall last, in seconds or as 45m, 4h (15 m to 12 h)' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand use" -l external-id -d 'External id that the role\'s trust policy asks for' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand use" -l mfa-serial -d 'MFA device: its ARN, or a hardware device\'s number' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand use" -l session-name -d 'Name of the session in CloudTrail (default: your user name)' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand use" -l mfa-code -d 'The code itself; other users can see it while xrole runs, so prefer --mfa-process' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand use" -l mfa-process -d 'A command that prints the code, split into words, run without a shell' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand use" -l shell -d 'The shell to write for (default: the one that runs xrole)' -r -f -a "bash\t''
zsh\t''
fish\t''
powershell\t''
sh\t''"
complete -c xrole -n "__fish_xrole_using_subcommand use" -l profile-env -d 'No keys: programs get the session through a profile, as often as they need it'
complete -c xrole -n "__fish_xrole_using_subcommand use" -s y -l yes -d 'Do not ask before a protected profile is used'
complete -c xrole -n "__fish_xrole_using_subcommand use" -s h -l help -d 'Print help'
complete -c xrole -n "__fish_xrole_using_subcommand unset" -l shell -d 'The shell to write for (default: the one that runs xrole)' -r -f -a "bash\t''
zsh\t''
fish\t''
powershell\t''
sh\t''"
complete -c xrole -n "__fish_xrole_using_subcommand unset" -s h -l help -d 'Print help'
complete -c xrole -n "__fish_xrole_using_subcommand renew" -l source -d 'Whose credentials assume the role, when PROFILE is a role\'s ARN: a profile, or Environment, Ec2InstanceMetadata, EcsContainer' -r -f -a '(__xrole_complete)'
complete -c xrole -n "__fish_xrole_using_subcommand renew" -l region -d 'AWS region, instead of AWS_REGION and the profile\'s' -r -f -a '(__xrole_complete)'
complete -c xrole -n "__fish_xrole_using_subcommand renew" -l duration -d 'How long the session shall last, in seconds or as 45m, 4h (15 m to 12 h)' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand renew" -l external-id -d 'External id that the role\'s trust policy asks for' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand renew" -l mfa-serial -d 'MFA device: its ARN, or a hardware device\'s number' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand renew" -l session-name -d 'Name of the session in CloudTrail (default: your user name)' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand renew" -l mfa-code -d 'The code itself; other users can see it while xrole runs, so prefer --mfa-process' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand renew" -l mfa-process -d 'A command that prints the code, split into words, run without a shell' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand renew" -l shell -d 'The shell to write for (default: the one that runs xrole)' -r -f -a "bash\t''
zsh\t''
fish\t''
powershell\t''
sh\t''"
complete -c xrole -n "__fish_xrole_using_subcommand renew" -s h -l help -d 'Print help'
complete -c xrole -n "__fish_xrole_using_subcommand exec; and not __xrole_in_command" -l source -d 'Whose credentials assume the role, when PROFILE is a role\'s ARN: a profile, or Environment, Ec2InstanceMetadata, EcsContainer' -r -f -a '(__xrole_complete)'
complete -c xrole -n "__fish_xrole_using_subcommand exec; and not __xrole_in_command" -l region -d 'AWS region, instead of AWS_REGION and the profile\'s' -r -f -a '(__xrole_complete)'
complete -c xrole -n "__fish_xrole_using_subcommand exec; and not __xrole_in_command" -l duration -d 'How long the session shall last, in seconds or as 45m, 4h (15 m to 12 h)' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand exec; and not __xrole_in_command" -l external-id -d 'External id that the role\'s trust policy asks for' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand exec; and not __xrole_in_command" -l mfa-serial -d 'MFA device: its ARN, or a hardware device\'s number' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand exec; and not __xrole_in_command" -l session-name -d 'Name of the session in CloudTrail (default: your user name)' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand exec; and not __xrole_in_command" -l mfa-code -d 'The code itself; other users can see it while xrole runs, so prefer --mfa-process' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand exec; and not __xrole_in_command" -l mfa-process -d 'A command that prints the code, split into words, run without a shell' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand exec; and not __xrole_in_command" -l min-ttl -d 'Start only with this much of the session left, in seconds or as 45m; renewed if that needs no code' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand exec; and not __xrole_in_command" -l as -d 'The same for each of these profiles, which the program sees by their names; the first is its AWS_PROFILE' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand exec; and not __xrole_in_command" -l token-file -d 'With --server: put the endpoint\'s token into this new file, not into a variable' -r -F
complete -c xrole -n "__fish_xrole_using_subcommand exec; and not __xrole_in_command" -l profile-env -d 'No keys: the program gets the session through a profile, as often as it needs it'
complete -c xrole -n "__fish_xrole_using_subcommand exec; and not __xrole_in_command" -l server -d 'Give it no keys but a local endpoint that renews them, for as long as it runs'
complete -c xrole -n "__fish_xrole_using_subcommand exec; and not __xrole_in_command" -s y -l yes -d 'Do not ask before a protected profile is used'
complete -c xrole -n "__fish_xrole_using_subcommand exec; and not __xrole_in_command" -s h -l help -d 'Print help'
complete -c xrole -n "__fish_xrole_using_subcommand credential-process" -l source -d 'Whose credentials assume the role, when PROFILE is a role\'s ARN: a profile, or Environment, Ec2InstanceMetadata, EcsContainer' -r -f -a '(__xrole_complete)'
complete -c xrole -n "__fish_xrole_using_subcommand credential-process" -l region -d 'AWS region, instead of AWS_REGION and the profile\'s' -r -f -a '(__xrole_complete)'
complete -c xrole -n "__fish_xrole_using_subcommand credential-process" -l duration -d 'How long the session shall last, in seconds or as 45m, 4h (15 m to 12 h)' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand credential-process" -l external-id -d 'External id that the role\'s trust policy asks for' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand credential-process" -l mfa-serial -d 'MFA device: its ARN, or a hardware device\'s number' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand credential-process" -l session-name -d 'Name of the session in CloudTrail (default: your user name)' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand credential-process" -l mfa-code -d 'The code itself; other users can see it while xrole runs, so prefer --mfa-process' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand credential-process" -l mfa-process -d 'A command that prints the code, split into words, run without a shell' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand credential-process" -s h -l help -d 'Print help'
complete -c xrole -n "__fish_xrole_using_subcommand export" -l format -d 'The form to print' -r -f -a "env\t'Lines for a POSIX shell'
fish\t'Lines for fish'
powershell\t'Lines for PowerShell'
json\t'One object of environment variables, `null` for those to remove'
dotenv\t'NAME=\'VALUE\' lines'
process\t'What `credential_process` prints'
ini\t'A section of ~/.aws/credentials'"
complete -c xrole -n "__fish_xrole_using_subcommand export" -l source -d 'Whose credentials assume the role, when PROFILE is a role\'s ARN: a profile, or Environment, Ec2InstanceMetadata, EcsContainer' -r -f -a '(__xrole_complete)'
complete -c xrole -n "__fish_xrole_using_subcommand export" -l region -d 'AWS region, instead of AWS_REGION and the profile\'s' -r -f -a '(__xrole_complete)'
complete -c xrole -n "__fish_xrole_using_subcommand export" -l duration -d 'How long the session shall last, in seconds or as 45m, 4h (15 m to 12 h)' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand export" -l external-id -d 'External id that the role\'s trust policy asks for' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand export" -l mfa-serial -d 'MFA device: its ARN, or a hardware device\'s number' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand export" -l session-name -d 'Name of the session in CloudTrail (default: your user name)' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand export" -l mfa-code -d 'The code itself; other users can see it while xrole runs, so prefer --mfa-process' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand export" -l mfa-process -d 'A command that prints the code, split into words, run without a shell' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand export" -l no-export -d 'Set the variables without exporting them to programs'
complete -c xrole -n "__fish_xrole_using_subcommand export" -l print -d 'Print secrets although stdout is a terminal'
complete -c xrole -n "__fish_xrole_using_subcommand export" -s y -l yes -d 'Do not ask before a protected profile is used'
complete -c xrole -n "__fish_xrole_using_subcommand export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c xrole -n "__fish_xrole_using_subcommand write" -l to -d 'The profile to write (default: PROFILE-session)' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand write" -l source -d 'Whose credentials assume the role, when PROFILE is a role\'s ARN: a profile, or Environment, Ec2InstanceMetadata, EcsContainer' -r -f -a '(__xrole_complete)'
complete -c xrole -n "__fish_xrole_using_subcommand write" -l region -d 'AWS region, instead of AWS_REGION and the profile\'s' -r -f -a '(__xrole_complete)'
complete -c xrole -n "__fish_xrole_using_subcommand write" -l duration -d 'How long the session shall last, in seconds or as 45m, 4h (15 m to 12 h)' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand write" -l external-id -d 'External id that the role\'s trust policy asks for' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand write" -l mfa-serial -d 'MFA device: its ARN, or a hardware device\'s number' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand write" -l session-name -d 'Name of the session in CloudTrail (default: your user name)' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand write" -l mfa-code -d 'The code itself; other users can see it while xrole runs, so prefer --mfa-process' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand write" -l mfa-process -d 'A command that prints the code, split into words, run without a shell' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand write" -l min-ttl -d 'Write only with this much of the session left, in seconds or as 45m; renewed if that needs no code' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand write" -l keep-fresh -d 'Write it anew whenever xrole mints this session again, or a prompt takes it up'
complete -c xrole -n "__fish_xrole_using_subcommand write" -l remove -d 'Take out what was written: this profile, or all that were written for it'
complete -c xrole -n "__fish_xrole_using_subcommand write" -l force -d 'Write over a section that xrole did not write'
complete -c xrole -n "__fish_xrole_using_subcommand write" -s y -l yes -d 'Do not ask before a protected profile is used'
complete -c xrole -n "__fish_xrole_using_subcommand write" -s h -l help -d 'Print help'
complete -c xrole -n "__fish_xrole_using_subcommand configure" -l role-arn -d 'The role that it assumes' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand configure" -l source -d 'Whose credentials assume the role' -r -f -a '(__xrole_complete)'
complete -c xrole -n "__fish_xrole_using_subcommand configure" -l mfa-serial -d 'MFA device: its ARN, or a hardware device\'s number' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand configure" -l external-id -d 'External id that the role\'s trust policy asks for; `-` asks for it, so that it stays out of the shell\'s history' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand configure" -l region -d 'AWS region' -r -f -a '(__xrole_complete)'
complete -c xrole -n "__fish_xrole_using_subcommand configure" -l duration -d 'How long a session shall last, in seconds or as 45m, 4h (15 m to 12 h)' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand configure" -l session-name -d 'Name of the session in CloudTrail' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand configure" -s y -l yes -d 'Do not ask before the file is written'
complete -c xrole -n "__fish_xrole_using_subcommand configure" -s h -l help -d 'Print help'
complete -c xrole -n "__fish_xrole_using_subcommand status" -l all -d 'Every cached session, not only this shell\'s'
complete -c xrole -n "__fish_xrole_using_subcommand status" -l json -d 'One JSON object instead of text'
complete -c xrole -n "__fish_xrole_using_subcommand status" -s h -l help -d 'Print help'
complete -c xrole -n "__fish_xrole_using_subcommand list" -l json -d 'One JSON object instead of text'
complete -c xrole -n "__fish_xrole_using_subcommand list" -s h -l help -d 'Print help'
complete -c xrole -n "__fish_xrole_using_subcommand explain" -l source -d 'Whose credentials assume the role, when PROFILE is a role\'s ARN: a profile, or Environment, Ec2InstanceMetadata, EcsContainer' -r -f -a '(__xrole_complete)'
complete -c xrole -n "__fish_xrole_using_subcommand explain" -l region -d 'AWS region, instead of AWS_REGION and the profile\'s' -r -f -a '(__xrole_complete)'
complete -c xrole -n "__fish_xrole_using_subcommand explain" -l duration -d 'How long the session shall last, in seconds or as 45m, 4h (15 m to 12 h)' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand explain" -l external-id -d 'External id that the role\'s trust policy asks for' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand explain" -l mfa-serial -d 'MFA device: its ARN, or a hardware device\'s number' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand explain" -l session-name -d 'Name of the session in CloudTrail (default: your user name)' -r -f
complete -c xrole -n "__fish_xrole_using_subcommand explain" -l json -d 'One JSON object instead of text'
complete -c xrole -n "__fish_xrole_using_subcommand explain" -s h -l help -d 'Print help'
complete -c xrole -n "__fish_xrole_using_subcommand clear" -l all -d 'Forget every session and the key they are sealed with'
complete -c xrole -n "__fish_xrole_using_subcommand clear" -s h -l help -d 'Print help'
complete -c xrole -n "__fish_xrole_using_subcommand init" -l prompt -d 'Where the prompt segment goes' -r -f -a "auto\t'Left, unless another prompt already shows the session'
left\t''
right\t''
none\t''"
complete -c xrole -n "__fish_xrole_using_subcommand init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c xrole -n "__fish_xrole_using_subcommand deinit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c xrole -n "__fish_xrole_using_subcommand completions" -s h -l help -d 'Print help'
complete -c xrole -n "__fish_xrole_using_subcommand prompt" -s h -l help -d 'Print help'
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
