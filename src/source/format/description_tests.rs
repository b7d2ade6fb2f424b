use super::*;

const LEAST: &str = "name = \"x\"\nversion = 1\ntitle = \"X\"\ncontainer = \"json\"\nwithout_id = \"position\"\n\
    [fields]\ntime = \"t\"\n[view]\nperiod = \"all\"\npanes = []\ncolumns = []\n";

#[test]
fn the_least_description() {
    let description = Description::read("x.toml", LEAST).expect("complete");
    assert_eq!(description.fields[&TargetField(Field::Time)].get_ref().0[0].path, "t");
}

#[test]
fn errors_name_the_place_and_what_was_meant() {
    for (from, to, expected) in [
        (
            "time = \"t\"",
            "time = \"t\"\nstaus = \"s\"",
            "x.toml:8:1: there is no field “staus” to fill; did you mean “status”?",
        ),
        ("version = 1", "vresion = 1", "x.toml:2:1: unknown key “vresion”; did you mean “version”?"),
        ("version = 1", "version = \"1\"", "x.toml:2:11: version: invalid type: string \"1\", expected u32"),
        ("version = 1\n", "", "x.toml:1:1: missing field `version`"),
        (
            "time = \"t\"",
            "time = { path = \"t\", unti = \"s\" }",
            "x.toml:7:8: time: unknown key “unti”; did you mean “unit”?",
        ),
        ("time = \"t\"", "time = \"t\"\nduration = \"d\"", "x.toml:8:12: duration is a span and needs a unit"),
        (
            "time = \"t\"",
            "time = \"t\"\nduration = { path = \"d\", unit = \"days\" }",
            "x.toml:8:33: duration: “days” is no unit",
        ),
        ("time = \"t\"", "time = [\"a\", 7]", "x.toml:7:14: time: invalid type: integer `7`, expected a key or"),
        ("time = \"t\"", "time = \"a..b\"", "x.toml:7:8: “a..b” is no key"),
        ("time = \"t\"", "status = \"t\"", "x.toml:1:1: [fields] must say where the time is"),
        ("container = \"json\"", "container = \"lines\"", "x.toml:1:1: container = \"lines\" needs a [lines] table"),
        ("container = \"json\"", "container = \"xml\"", "x.toml:4:13: container: unknown variant"),
        (
            "panes = []",
            "panes = [\"statsu\"]",
            "x.toml:10:9: panes: there is no field “statsu”; did you mean “status”?",
        ),
        ("[fields]", "zone = \"Mars\"\n[fields]", "x.toml:6:8: zone: there is no time zone “Mars”"),
        ("[fields]", "[fields", "x.toml:6:"),
        ("name = \"x\"", "name = \"x y\"", "x.toml:1:1: “x y” is no name"),
    ] {
        let text = LEAST.replacen(from, to, 1);
        let error = Description::read("x.toml", &text).expect_err(to).to_string();
        assert!(error.starts_with(expected), "{to}\n  is:       {error}\n  expected: {expected}");
    }
}

#[test]
fn patterns_are_checked() {
    let lines = LEAST.replacen("\"json\"", "\"lines\"", 1);
    let with = |pattern: &str| Description::read("x.toml", &format!("{lines}[lines]\npattern = '{pattern}'\n"));
    assert!(with("(?<t>.*)").is_ok());
    assert!(with("(?<t2>.*)").expect_err("no group").to_string().contains("no group “t”; did you mean “t2”?"));
    assert!(with("(?<t>.*").expect_err("no pattern").to_string().contains("no regular expression"));
}
