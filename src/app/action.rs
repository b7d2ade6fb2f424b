//! What a key or the palette can ask for.

use serde::Deserialize;

macro_rules! actions {
    ($($(#[$meta:meta])* $variant:ident $name:literal $title:literal;)*) => {
        /// Something a person can ask for.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Action {
            $(#[doc = $title] $(#[$meta])* $variant,)*
        }

        impl Action {
            /// All actions.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Its name in `keymap.toml`.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// Its name in the palette.
            pub fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }
        }
    };
}

actions! {
    Down "down" "Next row";
    Up "up" "Previous row";
    HalfPageDown "half-page-down" "Half a page down";
    HalfPageUp "half-page-up" "Half a page up";
    PageDown "page-down" "Page down";
    PageUp "page-up" "Page up";
    First "first" "First row";
    Last "last" "Last row";
    Follow "follow" "Newest row and follow, or pause";
    ColumnLeft "column-left" "Column to the left";
    ColumnRight "column-right" "Column to the right";
    ColumnsLeft "columns-left" "Scroll to columns on the left";
    ColumnsRight "columns-right" "Scroll to columns on the right";
    ColumnNarrower "column-narrower" "Make the column narrower";
    ColumnWider "column-wider" "Make the column wider";
    ColumnFit "column-fit" "Column as wide as its values need";
    ColumnHide "column-hide" "Hide the column";
    ColumnBefore "column-before" "Move the column to the left";
    ColumnBehind "column-behind" "Move the column to the right";
    Columns "columns" "Choose the columns";
    OwnColumns "own-columns" "Back to the source's own columns";
    Wrap "wrap" "Wrap long cells";
    TwoLines "two-lines" "Rows of two lines";
    Zoom "zoom" "Give this part the whole screen";
    PanePrevious "pane-previous" "Previous pane";
    PaneNext "pane-next" "Next pane";
    Open "open" "Open";
    Back "back" "One level back";
    Close "close" "Close this level";
    Quit "quit" "Quit";
    NextRecord "next-record" "Next request";
    PreviousRecord "previous-record" "Previous request";
    Raw "raw" "The source's own words";
    Filter "filter" "Edit the filter";
    Panes "panes" "Filter panes";
    #[serde(rename = "pane-1")] Pane1 "pane-1" "Pane 1";
    #[serde(rename = "pane-2")] Pane2 "pane-2" "Pane 2";
    #[serde(rename = "pane-3")] Pane3 "pane-3" "Pane 3";
    #[serde(rename = "pane-4")] Pane4 "pane-4" "Pane 4";
    #[serde(rename = "pane-5")] Pane5 "pane-5" "Pane 5";
    #[serde(rename = "pane-6")] Pane6 "pane-6" "Pane 6";
    #[serde(rename = "pane-7")] Pane7 "pane-7" "Pane 7";
    #[serde(rename = "pane-8")] Pane8 "pane-8" "Pane 8";
    #[serde(rename = "pane-9")] Pane9 "pane-9" "Pane 9";
    NextFocus "next-focus" "Next part of the screen";
    PreviousFocus "previous-focus" "Previous part of the screen";
    Tick "tick" "Tick this value";
    Include "include" "Keep rows with this value";
    Exclude "exclude" "Leave rows with this value out";
    Only "only" "Keep only rows with this value";
    Failures "failures" "Failed requests only";
    NextFailure "next-failure" "Next failed request";
    PreviousFailure "previous-failure" "Previous failed request";
    ClearFilter "clear-filter" "Drop all filters";
    ToggleFilter "toggle-filter" "Switch all filters off and on";
    Steps "steps" "What narrows the view, step by step";
    Remove "remove" "Take this away";
    PaneSearch "pane-search" "Search the values of this pane";
    FindText "find-text" "Search the text here";
    NextMatch "next-match" "Next line that holds the text";
    PreviousMatch "previous-match" "Previous line that holds the text";
    AddPane "add-pane" "Add a pane";
    PaneUp "pane-up" "Move the pane up";
    PaneDown "pane-down" "Move the pane down";
    ViewBack "view-back" "The view before this one";
    ViewForward "view-forward" "The view after this one";
    Timeline "timeline" "Timeline: mark a span";
    BarPrevious "bar-previous" "Previous bar";
    BarNext "bar-next" "Next bar";
    SpanBefore "span-before" "Mark one bar more to the left";
    SpanBehind "span-behind" "Mark one bar more to the right";
    BarRows "bar-rows" "The requests of the marked span";
    CopySpan "copy-span" "Copy the marked span";
    Split "split" "Split the bars by outcome or a field";
    FitPeriod "fit-period" "Fit the period to the requests";
    MoreTime "more-time" "More time";
    Earlier "earlier" "Earlier by the same length";
    Later "later" "Later by the same length";
    Period "period" "Choose the period";
    Jump "jump" "Jump to a time";
    Find "find" "Find requests by their ids";
    Sort "sort" "Sort by the current column";
    Reverse "reverse" "Reverse the order";
    CopyId "copy-id" "Copy the Request-ID";
    CopyMenu "copy-menu" "Copy something else";
    Save "save" "Save the view as CSV";
    SaveAs "save-as" "Save the view with other columns";
    Sources "sources" "Sources";
    PollNow "poll-now" "Ask the backend now";
    Redraw "redraw" "Draw the screen anew";
    Zone "zone" "Choose the time zone";
    Guide "guide" "Show or hide the guide";
    Palette "palette" "All actions by name";
    Help "help" "What works here";
    Interrupt "interrupt" "Stop what is running, or quit";
    Suspend "suspend" "Suspend";
}

impl Action {
    /// The number of the pane that the action names, from 0.
    pub fn pane(self) -> Option<usize> {
        let first = Self::Pane1 as usize;
        (first..first + 9).contains(&(self as usize)).then(|| self as usize - first)
    }
}
