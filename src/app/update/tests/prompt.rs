//! The line that is typed.

use crate::app::event::{Effect, Event, Purpose};
use crate::app::prompt::PromptKind;
use crate::app::testing::{Driver, one_record};

fn text(driver: &Driver) -> &str {
    driver.state.prompt.as_ref().map_or("(closed)", |prompt| prompt.input.value())
}

fn error(driver: &Driver) -> String {
    let prompt = driver.state.prompt.as_ref().expect("the prompt is open");
    prompt.error.as_ref().map(ToString::to_string).unwrap_or_default()
}

#[test]
fn a_filter_is_typed_and_edited() {
    let mut driver = Driver::over_platform();
    driver.keys("/").type_text("status:5xx").keys("Enter");
    assert_eq!(driver.filter(), "status:5xx");
    driver.keys("/");
    assert_eq!(text(&driver), "status:5xx ", "the filter is there to be edited");
    driver.type_text("client:northwind").keys("Enter");
    assert_eq!(driver.filter(), "status:5xx client:northwind");
    driver.keys("/ Ctrl-u Enter");
    assert_eq!(driver.filter(), "");
}

#[test]
fn keys_are_text_while_something_is_typed() {
    let mut driver = Driver::over_platform();
    driver.keys("/").type_text("q!Qjkx0[]?:FpeE+-=");
    assert_eq!(text(&driver), "q!Qjkx0[]?:FpeE+-=");
    assert!(driver.is_running());
}

#[test]
fn an_error_stays_with_the_text_until_it_is_changed() {
    let mut driver = Driver::over_platform();
    let all = driver.total();
    driver.keys("/").type_text("statsu:5xx").keys("Enter");
    assert!(error(&driver).contains("status"), "the nearest name is offered: {}", error(&driver));
    assert_eq!((driver.total(), text(&driver)), (all, "statsu:5xx"));
    driver.keys("Backspace");
    assert_eq!(error(&driver), "", "it is gone while the text is changed");
    driver.retype("status:5xx").keys("Enter");
    assert_eq!((text(&driver), driver.filter().as_str()), ("(closed)", "status:5xx"));
}

#[test]
fn the_cursor_goes_to_what_is_wrong() {
    let mut driver = Driver::over_platform();
    driver.keys("/").type_text("  client:a and clint:x or status:500").keys("Enter");
    assert!(error(&driver).contains("clint"), "{}", error(&driver));
    let wrong = driver.state.prompt.as_ref().and_then(crate::app::prompt::Prompt::wrong_part);
    assert_eq!(wrong.map(|wrong| &text(&driver)[wrong]), Some("clint"));
    driver.keys("Ctrl-w").type_text("client");
    assert_eq!(text(&driver), "  client:a and client:x or status:500");
    // Of a parenthesis that is not closed, that one.
    driver.retype("(status:500 (client:a) client:b").keys("Enter");
    assert!(error(&driver).contains("is not closed"), "{}", error(&driver));
    driver.keys("Backspace Enter");
    assert_eq!(driver.filter(), "status:500 client:a client:b");
}

#[test]
fn values_that_cannot_be_read_are_said_once_they_are_left() {
    let mut driver = Driver::over_platform();
    for (typed, said) in [
        ("duration>abc", "abc"),
        ("status:banana", "banana"),
        ("ip:10.0.0.0/99", "99"),
        ("duration:500..100", "500"),
        ("error_message~\"[a\"", "unclosed"),
        ("status:5xx error_message~\"[a\"", "unclosed"),
    ] {
        driver.keys("/ Ctrl-u").type_text(typed);
        assert_eq!(error(&driver), "", "{typed} is still typed");
        driver.type_text(" ");
        assert!(error(&driver).contains(said), "{typed}: {}", error(&driver));
        driver.type_text("cl");
        assert!(error(&driver).contains(said), "{typed}: {}", error(&driver));
        driver.keys("Esc");
    }
}

#[test]
fn a_count_says_what_it_leaves_out() {
    let mut driver = Driver::over_platform();
    let unread = |driver: &Driver| driver.state.prompt.as_ref().and_then(|prompt| prompt.unread.clone());
    driver.keys("/").type_text("client:etl status:banana");
    assert!(unread(&driver).is_some_and(|unread| unread.contains("banana")), "{:?}", unread(&driver));
    driver.retype("client:etl status:500");
    assert_eq!(unread(&driver), None);
}

#[test]
fn what_is_wrong_behind_the_cursor_is_said_while_typing() {
    let mut driver = Driver::over_platform();
    driver.keys("/").type_text("statsu");
    assert_eq!(error(&driver), "", "the word is not finished yet");
    driver.type_text(":5xx cl");
    assert!(error(&driver).contains("statsu"), "{}", error(&driver));
    driver.retype("(status:5xx");
    assert_eq!(error(&driver), "", "what is open may still be closed");
}

#[test]
fn escape_and_ctrl_c_leave_the_prompt_and_nothing_else() {
    for open in ["/", "i", "s"] {
        for leave in ["Esc", "Ctrl-c"] {
            let mut driver = Driver::over_platform();
            driver.keys("!");
            let filter = driver.filter();
            driver.keys(open).type_text("status:404").keys(leave);
            assert!(driver.state.prompt.is_none(), "{open} {leave}");
            assert!(driver.is_running());
            assert_eq!(driver.filter(), filter);
        }
    }
}

#[test]
fn texts_typed_before_come_back() {
    let mut driver = Driver::over_platform();
    for filter in ["status:404", "status:5xx", "status:404"] {
        driver.keys("/").retype(filter).keys("Enter");
    }
    driver.keys("/ Ctrl-u Up");
    assert_eq!(text(&driver), "status:404");
    driver.keys("Up");
    assert_eq!(text(&driver), "status:5xx");
    driver.keys("Up");
    assert_eq!(text(&driver), "status:5xx", "there is none before the first");
    driver.keys("Down");
    assert_eq!(text(&driver), "status:404");
}

#[test]
fn what_is_being_typed_is_not_lost_by_looking_back() {
    let mut driver = Driver::over_platform();
    driver.keys("/").retype("status:404").keys("Enter /").retype("client:etl");
    driver.keys("Down");
    assert_eq!(text(&driver), "client:etl");
    driver.keys("Up Down");
    assert_eq!(text(&driver), "client:etl");
}

#[test]
fn a_period_in_the_filter_becomes_the_period() {
    let mut driver = Driver::over_platform();
    driver.keys("/").type_text("status:5xx time:1h").keys("Enter");
    assert_eq!((driver.filter().as_str(), driver.state.period.to_string().as_str()), ("status:5xx", "1h"));
}

#[test]
fn a_line_is_edited_like_in_a_shell() {
    let mut driver = Driver::over_platform();
    driver.keys("/").type_text("one two three").keys("Ctrl-w");
    assert_eq!(text(&driver), "one two ");
    driver.keys("Ctrl-a").type_text("zero ").keys("End").type_text("3");
    assert_eq!(text(&driver), "zero one two 3");
    driver.keys("Home Delete Right Ctrl-k");
    assert_eq!(text(&driver), "e");
    driver.keys("Ctrl-u");
    assert_eq!(text(&driver), "");
}

#[test]
fn the_prompt_is_there_in_panes_and_detail() {
    // There the slash searches values and text.
    for place in ["f Ctrl-e", "Enter Ctrl-e"] {
        let mut driver = Driver::over_platform();
        driver.keys(place).type_text("status:5xx").keys("Enter");
        assert_eq!(driver.filter(), "status:5xx", "{place}");
    }
}

#[test]
fn a_note_about_the_filter_is_said() {
    let mut driver = Driver::over_platform();
    driver.keys("/").type_text("duration:>1500").keys("Enter");
    assert_eq!(driver.state.prompt.as_ref().map(|prompt| prompt.kind), None::<PromptKind>);
    assert!(driver.message().contains("milliseconds"), "{}", driver.message());
}

/// The files of ids that are to be read.
fn files(driver: &mut Driver) -> Vec<String> {
    let effects = driver.done().into_iter();
    effects.filter_map(|effect| if let Effect::ReadIds(name) = effect { Some(name) } else { None }).collect()
}

#[test]
fn ids_of_a_file_are_read_when_enter_is_pressed() {
    let mut driver = Driver::over_platform();
    driver.done();
    driver.keys("/").type_text("id:@ids.txt status:5xx");
    assert_eq!(files(&mut driver), Vec::<String>::new(), "not while it is typed");
    assert_eq!(driver.state.prompt.as_ref().map(|prompt| (prompt.error.clone(), prompt.keeps)), Some((None, None)));
    driver.keys("Enter");
    assert_eq!(files(&mut driver), ["ids.txt"]);
    assert!(driver.state.prompt.as_ref().is_some_and(|prompt| prompt.is_reading), "typing goes on meanwhile");
    let lines = vec![driver.current_id(), String::new()];
    driver.event(Event::Ids("ids.txt".into(), Ok(lines)));
    assert!(driver.state.prompt.is_none());
    assert_eq!(driver.total(), 1);
    assert_eq!(
        driver.filter(),
        format!("request_id:{} status:5xx", driver.current_id()),
        "the ids themselves are kept"
    );
}

#[test]
fn a_file_of_ids_that_is_wrong_is_named_with_its_line() {
    let mut driver = Driver::over_platform();
    driver.keys("/").type_text("id:@ids.txt").keys("Enter");
    driver.event(Event::Ids("ids.txt".into(), Ok(vec!["abcd1234".into(), "--".into()])));
    let error = |driver: &Driver| driver.state.prompt.as_ref().and_then(|prompt| prompt.error.clone());
    assert_eq!(error(&driver).map(|error| error.to_string()).as_deref(), Some("ids.txt, line 2: “--” is no id"));
    driver.retype("client:acme id:@none.txt").keys("Enter");
    driver.event(Event::Ids("none.txt".into(), Err("none.txt could not be read: it is not there".into())));
    let error = error(&driver).expect("it is said");
    let said = error.mistake.to_string();
    assert_eq!((error.span, said.as_str()), (15..24, "none.txt could not be read: it is not there"));
    driver.keys("Enter x");
    driver.event(Event::Ids("none.txt".into(), Ok(vec!["abcd1234".into()])));
    assert!(driver.state.prompt.is_some(), "what was typed since is not taken over");
}

#[test]
fn the_whole_query_put_right_is_shown_and_taken_with_tab() {
    let mut driver = Driver::over_platform();
    let all = driver.total();
    driver.keys("/").type_text("~m POST & statsu:502").keys("Enter");
    let words = driver.state.prompt.as_ref().and_then(crate::app::prompt::Prompt::error_words).unwrap_or_default();
    let right = "method:POST & status:502";
    assert!(words.ends_with(&format!("Tab makes it {right}")), "{words}");
    driver.keys("Tab");
    assert_eq!((text(&driver), error(&driver).as_str(), driver.total()), (right, "", all), "nothing is applied yet");
    driver.keys("Enter");
    assert_eq!(driver.filter(), "method:POST status:502");
    driver.keys("/").retype("duration:soon").keys("Enter Tab");
    assert_eq!(text(&driver), "duration:soon", "what is not sure is not put right");
}

#[test]
fn a_file_of_ids_may_have_spaces_in_its_name() {
    let mut driver = Driver::over_platform();
    driver.done();
    driver.keys("/").type_text("status:5xx id:@\"my ids.txt\"").keys("Enter");
    assert_eq!(files(&mut driver), ["my ids.txt"]);
    driver.event(Event::Ids("my ids.txt".into(), Err("my ids.txt could not be read: it is not there".into())));
    let error = driver.state.prompt.as_ref().and_then(|prompt| prompt.error.clone()).expect("it is said");
    assert_eq!(error.span, 14..27);
    driver.keys("Enter");
    let lines = vec![driver.current_id()];
    driver.event(Event::Ids("my ids.txt".into(), Ok(lines)));
    assert_eq!(driver.filter(), format!("status:5xx request_id:{}", driver.current_id()));
}

#[test]
fn a_name_of_a_file_that_is_cut_at_a_space_is_answered_with_quotes() {
    let mut driver = Driver::over_platform();
    driver.keys("/").type_text("id:@my ids.txt").keys("Enter");
    driver.event(Event::Ids("my".into(), Err("my could not be read: it is not there".into())));
    assert!(error(&driver).contains("stands in quotes: id:@\"my ids.txt\""), "{}", error(&driver));
    driver.retype("id:@my").keys("Enter");
    driver.event(Event::Ids("my".into(), Err("my could not be read: it is not there".into())));
    assert_eq!(error(&driver), "my could not be read: it is not there");
}

#[test]
fn readings_that_only_the_requests_can_judge_are_told_while_typing_and_after() {
    let mut driver = Driver::over_platform();
    let doubts = |driver: &Driver| driver.state.prompt.as_ref().expect("the prompt is open").doubts.join("; ");
    let message = |driver: &Driver| driver.state.message.as_ref().map_or(String::new(), |said| said.text.clone());
    driver.keys("/").type_text("interface:\"sft*\"");
    assert_eq!(doubts(&driver), "in quotes a * means itself; what may be meant is 'interface:sft*'");
    driver.retype("interface:ftp");
    assert_eq!(doubts(&driver), "", "the value is still typed");
    driver.keys("Enter");
    assert_eq!(
        message(&driver),
        "the words of a name are in others, too: 120 requests; 'interface:=ftp' asks for 0 requests"
    );
    driver.keys("/ Ctrl-u").type_text("interface:\"sft*\"").retype("interface:sftp");
    assert_eq!(doubts(&driver), "", "no other name holds it");
}

#[test]
fn readings_are_counted_behind_what_is_typed() {
    let mut driver = Driver::over_platform();
    driver.keys("/").type_text("interface:");
    driver.answers_by_hand = true;
    driver.type_text("\"sft*\"");
    let is_doubts = |effect: &Effect| matches!(effect, Effect::AskAll(id, ..) if id.purpose == Purpose::Doubts);
    assert!(driver.open.iter().any(is_doubts), "they are asked by themselves");
    driver.type_text(" status:500");
    assert_eq!(text(&driver), "interface:\"sft*\" status:500", "nothing waits for them");
    // Those of an older text come late.
    driver.open.retain(is_doubts);
    let first = driver.open.iter().position(is_doubts).expect("some are open");
    driver.answer(first);
    assert!(driver.state.prompt.as_ref().is_some_and(|prompt| prompt.doubts.is_empty()));
    driver.settle();
    assert_eq!(driver.state.prompt.as_ref().map(|prompt| prompt.doubts.len()), Some(1));
    // Those of a text that is not taken are none.
    driver.retype("interface:\"sft*\"").keys("Esc");
    assert!(driver.open.iter().any(is_doubts), "they are still counted");
    driver.settle();
    assert_eq!(driver.state.message.as_ref().map(|said| said.text.as_str()), None);
    // Nor are those of the source before.
    driver.keys("/ Ctrl-u").type_text("interface:ftp").keys("Enter");
    assert!(driver.open.iter().any(is_doubts), "what was entered is counted");
    driver.state.start_source();
    driver.settle();
    assert_eq!(driver.state.message.as_ref().map(|said| said.text.as_str()), None);
}

#[test]
fn what_is_put_right_names_what_was_sent() {
    let mut driver = Driver::over_platform();
    driver.arrive(&[one_record(9_100, 1, "status=200;attributes.tags=vip;attributes.k8s.pod.name=web-1")]);
    driver.keys("/").type_text("label:vip").keys("Enter");
    assert!(error(&driver).contains("attributes.tags"), "{}", error(&driver));
    driver.keys("Tab");
    assert_eq!(text(&driver), "attributes.tags:vip");
    driver.retype("kubernetes.pod.name:web-1 ").keys("Tab");
    assert_eq!(text(&driver), "attributes.k8s.pod.name:web-1");
}

#[test]
fn a_name_that_no_field_has_is_said_as_soon_as_a_value_stands_behind_it() {
    let mut driver = Driver::over_platform();
    driver.keys("/").type_text("sess");
    assert!(driver.state.prompt.as_ref().expect("a prompt").error.is_none(), "it may become a name");
    driver.type_text("ion:");
    assert!(driver.state.prompt.as_ref().expect("a prompt").error.is_none(), "or an address");
    driver.type_text("s");
    assert!(error(&driver).starts_with("there is no field “session”"), "{}", error(&driver));
    driver.retype("https://acme");
    assert!(driver.state.prompt.as_ref().expect("a prompt").error.is_none());
    driver.retype("status:50");
    assert!(driver.state.prompt.as_ref().expect("a prompt").error.is_none());
}
