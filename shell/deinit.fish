# Takes xrole's hook out of this fish.
begin
    # A prompt that something else replaced in the meantime is left alone.
    if functions fish_right_prompt | string match -q '*$__xrole_ps1*'
        functions -e fish_right_prompt
        functions -q __xrole_orig_right; and functions -c __xrole_orig_right fish_right_prompt
    end
    if functions fish_prompt | string match -q '*$__xrole_ps1*'
        functions -e fish_prompt
        functions -q __xrole_orig_left; and functions -c __xrole_orig_left fish_prompt
    end
    complete -c xrole -e
    functions -e xrole _tide_item_xrole
    for __xrole_n in (functions -an | string match -r '^__xrole_.*')
        functions -e $__xrole_n
    end
    # What `xrole unset` gives back stays while a role is active.
    for __xrole_n in (set -gn | string match -r '^__xrole_.*')
        set -q __xrole_on; and string match -qr '^__xrole_(on$|[ep]_)' -- $__xrole_n; or set -eg $__xrole_n
    end
    set -e __xrole_n
    true
end
