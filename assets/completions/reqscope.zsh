#compdef reqscope
# Completion of reqscope for zsh; the program itself says what can stand at the cursor.
_reqscope() {
    local line value about
    local -a listed open
    local files=""
    # The word up to the cursor.
    local -a typed=("${(@)words[1,CURRENT-1]}" "$PREFIX")
    # The name of an option that stands before its value stays there.
    local option=""
    if [[ $PREFIX == --*=* ]]; then
        option="${PREFIX%%=*}="
        compset -P 1 '*='
    fi
    # What stands before the last part of a query or a list stays there too.
    local whole="${${(Q)typed[-1]}#$option}"
    local kept="${whole%${whole##*[:=,]}}" is_kept=""
    for line in "${(@f)$("${(Q)words[1]/#\~/$HOME}" completions zsh --at $((CURRENT - 1)) -- "${(@Q)typed}" 2>/dev/null)}"; do
        value="${${line%%$'\t'*}#$option}"
        about="${line#*$'\t'}"
        [[ $line == *$'\t'* ]] || about=""
        case $value in
            '') ;;
            %files) files="files" ;;
            %folders) files="folders" ;;
            *)
                if [[ -n $kept && $value == "$kept"* ]]; then value="${value#"$kept"}" is_kept=1; fi
                value="${${value//\\/\\\\}//:/\\:}${about:+:$about}"
                # What goes on behind it.
                if [[ ${line%%$'\t'*} == *[:=/.] ]]; then open+=("$value"); else listed+=("$value"); fi
                ;;
        esac
    done
    [[ -n $is_kept ]] && compset -P '*[:=,]'
    # Small letters find large ones, and a part finds the whole.
    local -a how=(-M 'm:{a-zA-Z}={A-Za-z} l:|=* r:|=*')
    (($#listed)) && _describe -V 'values' listed "${how[@]}"
    (($#open)) && _describe -V 'values' open "${how[@]}" -S ''
    if [[ -n $files ]]; then
        if [[ $files == folders ]]; then _files -/; else _files; fi
    fi
}
if [[ $funcstack[1] == _reqscope ]]; then _reqscope "$@"; else compdef _reqscope reqscope; fi
