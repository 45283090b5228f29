# xrole's hook for fish 3.1 or newer: the function, the prompt segment, completion.

# Nothing of ours comes in through the environment.
for __xrole_n in (set -gxn | string match -r '^__xrole_.*')
    set -eg $__xrole_n
end
set -e __xrole_n
set -g __xrole_place '@XROLE_PROMPT@'
set -g __xrole_on_expire '@XROLE_ON_EXPIRE@'
set -qg __xrole_color; or set -g __xrole_color '@XROLE_COLOR@'

function xrole --description 'Take an AWS role in this shell'
    set -l fish_trace
    if not builtin contains -- "$argv[1]" use unset renew; or builtin contains -- -h $argv; or builtin contains -- --help $argv
        /abs/xrole $argv
        return
    end
    if status is-command-substitution
        XROLE_SHELL=fish /abs/xrole $argv
        return
    end
    set -l code (XROLE_SHELL=fish XROLE_PREV="$__xrole_prev" /abs/xrole $argv | string collect)
    set -l failed $pipestatus[1]
    if test $failed -ne 0
        # `xrole use prod | source; and deploy` must stop here.
        isatty stdout; or builtin echo 'false;'
        return $failed
    end
    eval $code
end

# Seconds since 1970: how old the root directory is, added to when it was changed, costs no process.
if builtin contains path (builtin -n); and builtin path mtime -R -- / >/dev/null 2>&1
    function __xrole_clock
        set -l fish_trace
        builtin math (builtin path mtime -- /) + (builtin path mtime -R -- /)
    end
else
    function __xrole_clock
        set -l fish_trace
        command date +%s
    end
end

function __xrole_number
    set -l fish_trace
    string match -qr '\A[1-9][0-9]{0,14}\z' -- "$argv[1]"
end

# Fills __xrole_text (`[prod 42m]`) and __xrole_ps1 (the same, coloured) from the variables of the session.
function __xrole_segment
    set -l fish_trace
    set -g __xrole_text
    set -g __xrole_ps1
    set -g __xrole_left
    set -q XROLE_PROFILE; and test -n "$XROLE_PROFILE"; or return
    set -l own (string replace -r '\Aarn:.*/' '' -- "$XROLE_PROFILE")
    # Control characters, and bytes that are no UTF-8, which fish keeps as U+F600 to U+F6FF.
    set -l name (string replace -ra '[\x00-\x1f\x7f-\x9f\x{f600}-\x{f6ff}]' '?' -- "$XROLE_PROFILE")
    set name (string replace -r '\Aarn:.*/' '' -- $name)
    set -l left
    set -l color 6
    string match -qr '\A[0-7]\z' -- "$__xrole_color"; and set color $__xrole_color
    # Without keys it is AWS_PROFILE that says where this shell is.
    if not builtin contains -- "$AWS_ACCESS_KEY_ID" "$XROLE_KEY_ID"
        or begin
            test -z "$XROLE_KEY_ID"; and not builtin contains -- "$AWS_PROFILE" $own xrole-expired
        end
        set left '?'
        set color 1
    else if __xrole_number "$XROLE_EXPIRES"
        set -l s (builtin math -- $XROLE_EXPIRES - (__xrole_clock))
        set -g __xrole_left $s
        if test $s -le 0
            set left ' expired'
        else if test $s -lt 60
            set left " $s"s
        else if test $s -lt 3600
            set left ' '(builtin math "floor($s / 60)")m
        else
            set left (builtin printf ' %dh%02dm' (builtin math "floor($s / 3600)") (builtin math "floor($s % 3600 / 60)"))
        end
        if test $s -le 300
            set color 1
        else if test $s -le 900; and test $color -ne 1
            set color 3
        end
    end
    set __xrole_text "[$name$left]"
    if test -n "$NO_COLOR"; or builtin contains -- "$TERM" '' dumb
        set __xrole_ps1 $__xrole_text
    else
        set __xrole_ps1 \e'[3'$color'm'$__xrole_text\e'[39m'
    end
end

# tide draws its items in a second fish, from exported variables: add `xrole` to tide_right_prompt_items.
function _tide_item_xrole
    __xrole_segment
    set -q __xrole_text[1]; and _tide_print_item xrole $__xrole_text
end

if status is-interactive
    # Picks up a session that another terminal renewed, once for each renewal.
    function __xrole_pick_up
        set -l fish_trace
        test -f "$XROLE_STAMP"; and test -r "$XROLE_STAMP"; or return
        read -l -n 40 -d ' ' generation rest <"$XROLE_STAMP"
        __xrole_number "$generation"; or return
        builtin contains -- $generation "$XROLE_GEN" "$__xrole_seen"; and return
        set -g __xrole_seen $generation
        set -l code (/abs/xrole _sync --shell fish 2>/dev/null </dev/null | string collect)
        test $pipestatus[1] -eq 0; and eval $code
    end

    # Says once for each session that it is over; expired keys stay and fail closed, unless on_expire is `clear`.
    function __xrole_expiry
        set -l fish_trace
        set -q __xrole_left[1]; and test $__xrole_left -le 0; or return
        builtin contains -- "$XROLE_GEN" $__xrole_told; and return
        set -g __xrole_told "$XROLE_GEN"
        if set -q __xrole_placed
            builtin printf 'xrole: the session of %s has expired; run: xrole renew\n' \
                (string replace -ra '[\x00-\x1f\x7f-\x9f\x{f600}-\x{f6ff}]' '?' -- "$XROLE_PROFILE") >&2
        end
        if test "$__xrole_on_expire" = clear; and test -n "$XROLE_KEY_ID"
            set -eg AWS_ACCESS_KEY_ID
            set -eg AWS_SECRET_ACCESS_KEY
            set -eg AWS_SESSION_TOKEN
            set -eg XROLE_KEY_ID
            set -gx AWS_PROFILE xrole-expired
        end
    end

    function __xrole_place_segment
        set -l fish_trace
        set -g __xrole_placed none
        switch $__xrole_place
            case left right
                set __xrole_placed $__xrole_place
            case none
            case '*'
                # Prompts that show the session by themselves.
                test "$STARSHIP_SHELL" = fish; or test "$POSH_SHELL" = fish; or functions -q _tide_item_aws
                or set __xrole_placed right
        end
        switch $__xrole_placed
            case left
                functions -q __xrole_orig_left; or functions -c fish_prompt __xrole_orig_left
                function fish_prompt
                    # First, since it may show $status and $pipestatus.
                    set -l prompt (__xrole_orig_left | string collect -N)
                    set -q __xrole_ps1[1]; and builtin printf '%s ' $__xrole_ps1
                    builtin printf %s "$prompt"
                end
            case right
                if functions -q fish_right_prompt; and not functions -q __xrole_orig_right
                    functions -c fish_right_prompt __xrole_orig_right
                end
                if functions -q __xrole_orig_right
                    function fish_right_prompt
                        __xrole_orig_right
                        set -q __xrole_ps1[1]; and builtin printf ' %s' $__xrole_ps1
                    end
                else
                    function fish_right_prompt
                        set -q __xrole_ps1[1]; and builtin printf %s $__xrole_ps1
                    end
                end
        end
    end

    function __xrole_event --on-event fish_prompt
        set -l fish_trace
        set -q XROLE_PROFILE; and builtin contains -- "$AWS_ACCESS_KEY_ID" "$XROLE_KEY_ID"; and __xrole_pick_up
        __xrole_segment
        __xrole_expiry
        set -q __xrole_placed; or __xrole_place_segment
    end
end

# @XROLE_COMPLETION@
