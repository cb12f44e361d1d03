//! What a catalogue file may say, and what is said of one that is wrong. No store is needed.

mod common;

use std::path::Path;

use boxoffice_catalogue::{ImportErrors, MAX_ERRORS, parse};
use common::{GALA, ODD, event, file, parse_plan, places, theatre, with, write};
use proptest::prelude::*;
use serde_json::{Value, json};

const FILE: &str = "shows/catalogue.json";

fn errors(catalogue: &Value) -> ImportErrors {
    parse(Path::new(FILE), catalogue.to_string().as_bytes()).expect_err("errors")
}

/// The errors of one event with some fields changed.
fn errors_with(changes: Value) -> ImportErrors {
    errors(&file(vec![event("e1"), with(event("e2"), changes)]))
}

/// The only error of a text.
fn error_in(text: &[u8]) -> String {
    let errors = parse(Path::new(FILE), text).expect_err("an error");
    assert_eq!(errors.errors.len(), 1, "{errors}");
    errors.to_string()
}

#[test]
fn each_wrong_value_is_named_by_file_path_and_what_was_expected() {
    let table = [
        (json!({"id": "a b"}), "events[1].id", "1 to 64 of"),
        (json!({"id": null}), "events[1].id", "1 to 64 of"),
        (json!({"name": " "}), "events[1].name", "not blank"),
        (json!({"name": 7}), "events[1].name", "a text"),
        (json!({"artists": "Nina"}), "events[1].artists", "a list"),
        (
            json!({"artists": ["Nina", 4]}),
            "events[1].artists[1]",
            "a text",
        ),
        (json!({"date": null}), "events[1].date", "RFC 3339"),
        (json!({"date": "2027-05-01"}), "events[1].date", "RFC 3339"),
        (
            json!({"date": "1960-05-01T20:00:00Z"}),
            "events[1].date",
            "from 1970",
        ),
        (
            json!({"doors_at": "soon"}),
            "events[1].doors_at",
            "RFC 3339",
        ),
        (json!({"on_sale_at": 5}), "events[1].on_sale_at", "RFC 3339"),
        (
            json!({"sale_ends_at": false}),
            "events[1].sale_ends_at",
            "RFC 3339",
        ),
        (
            json!({"thumbnail_url": []}),
            "events[1].thumbnail_url",
            "a text",
        ),
        (json!({"currency": "eur"}), "events[1].currency", "ISO 4217"),
        (json!({"currency": null}), "events[1].currency", "ISO 4217"),
        (
            json!({"status": "sold_out"}),
            "events[1].status",
            "scheduled, postponed",
        ),
        (json!({"venue": null}), "events[1].venue", "an object"),
        (
            json!({"venue": "Kesselhaus"}),
            "events[1].venue",
            "an object",
        ),
        (
            json!({"prices": 4}),
            "events[1].prices",
            "by name of category",
        ),
        (
            json!({"prices": {"Standing": -1}}),
            "events[1].prices.Standing",
            "0 or more",
        ),
        (
            json!({"prices": {"Standing": 1.5}}),
            "events[1].prices.Standing",
            "whole number",
        ),
        (
            json!({"prices": {"A b": "9"}}),
            "events[1].prices[\"A b\"]",
            "whole number",
        ),
        (
            json!({"prices": {"Standing": {"Adult": 5}}}),
            "events[1].prices.Standing",
            "later",
        ),
        (
            json!({"limits": {"max_seats_per_reservation": 0}}),
            "events[1].limits.max_seats_per_reservation",
            "1 or more",
        ),
        (
            json!({"limits": {"max_seats_per_buyer": "4"}}),
            "events[1].limits.max_seats_per_buyer",
            "1 or more",
        ),
        (
            json!({"waiting_room": true}),
            "events[1].waiting_room",
            "an object",
        ),
        (
            json!({"seat_info": {}}),
            "events[1].seat_info",
            "later version",
        ),
        (
            json!({"allotments": []}),
            "events[1].allotments",
            "later version",
        ),
        (
            json!({"order_fee": 100}),
            "events[1].order_fee",
            "later version",
        ),
        (
            json!({"areas": null}),
            "events[1].plan",
            "a plan_file, or areas",
        ),
        (
            json!({"areas": [{"name": "Floor", "capacity": "many"}]}),
            "events[1].areas[0].capacity",
            "whole number of places",
        ),
        (
            json!({"areas": [{"name": "Floor", "capacity": 0}]}),
            "events[1].areas[0].capacity",
            "",
        ),
        (
            json!({"plan_file": "none.json", "areas": null}),
            "events[1].plan_file",
            "a file with",
        ),
        (
            json!({"plan": {}, "plan_file": "x.json"}),
            "events[1].plan_file",
            "one of",
        ),
    ];
    for (change, path, expected) in table {
        let errors = errors_with(change.clone());
        let first = &errors.errors[0];
        assert_eq!(
            (&*first.file, first.path.as_str()),
            (FILE, path),
            "{change}"
        );
        assert!(first.expected.contains(expected), "{change}: {first}");
        assert_eq!(errors.errors.len(), 1, "{change}: {errors}");
    }
}

#[test]
fn a_venue_has_a_country_of_two_letters_and_a_known_zone() {
    let venue = json!({"name": "Hall", "city": "", "country": "Germany", "time_zone": "Mars/Base",
        "latitude": 91});
    let errors = errors_with(json!({ "venue": venue }));
    let paths: Vec<_> = places(&errors).into_iter().map(|(path, _)| path).collect();
    let expected = ["city", "country", "time_zone", "latitude"];
    assert_eq!(
        paths,
        expected.map(|field| format!("events[1].venue.{field}"))
    );
}

#[test]
fn an_error_inside_a_plan_names_the_seat() {
    let mut plan = parse_plan(GALA);
    plan["zones"][0]["rows"][1]["seats"][2]["seat_guid"] = json!([]);
    let errors = errors_with(json!({"plan": plan, "areas": null}));
    assert_eq!(
        errors.errors[0].path,
        "events[1].plan.zones[0].rows[1].seats[2].seat_guid"
    );
    assert_eq!(&*errors.errors[0].file, FILE);
}

#[test]
fn an_error_inside_a_plan_file_names_that_file() {
    let dir = tempfile::tempdir().expect("a directory");
    let catalogue = dir.path().join("catalogue.json");
    let plans = dir.path().join("plans");
    std::fs::create_dir(&plans).expect("a directory");
    let mut plan = parse_plan(GALA);
    plan["zones"][0]["rows"][0]["seats"][1]["seat_guid"] = json!("T1/1");
    write(&plans.join("gala.json"), &plan.to_string());
    write(&plans.join("broken.json"), "{\n  \"zones\": [}");
    let with_file = |id, name| with(event(id), json!({"plan_file": name, "areas": null}));
    let events = file(vec![
        with_file("e1", "plans/gala.json"),
        with_file("e2", "plans/broken.json"),
    ]);
    let errors = parse(&catalogue, events.to_string().as_bytes()).expect_err("errors");
    let found = errors
        .errors
        .iter()
        .map(|error| (error.file.to_string(), error.path.clone()));
    let name = |file: &str| plans.join(file).display().to_string();
    let expected = [
        (
            name("gala.json"),
            "zones[0].rows[0].seats[1].seat_guid".to_owned(),
        ),
        (name("broken.json"), "line 2 column 13".to_owned()),
    ];
    assert_eq!(found.collect::<Vec<_>>(), expected);
}

#[test]
fn a_plan_file_is_relative_to_the_catalogue_or_absolute() {
    let dir = tempfile::tempdir().expect("a directory");
    let (catalogue, plan) = (
        dir.path().join("catalogue.json"),
        dir.path().join("odd.json"),
    );
    write(&plan, ODD);
    for name in ["odd.json".to_owned(), plan.display().to_string()] {
        let events = file(vec![with(
            event("e1"),
            json!({"plan_file": name, "areas": null}),
        )]);
        parse(&catalogue, events.to_string().as_bytes()).expect("a catalogue");
    }
}

#[test]
fn a_text_that_is_no_json_is_named_by_line_and_column() {
    let error = error_in(b"{\n  \"events\": [\n    {\"id\": }\n]}");
    assert!(
        error.starts_with("shows/catalogue.json: line 3 column 12: found"),
        "{error}"
    );
    // Only the reading of the event itself sees what is wrong with this text.
    let error = error_in(b"{\"events\": [\n {\"id\":\n   \"\\ud800\"}]}");
    assert!(
        error.contains("events[0]") && error.contains("line 3 column 1"),
        "{error}"
    );
    let error = error_in(b"{\"events\":\n [\xff]}");
    assert!(
        error.contains("line 2 column 3") && error.contains("0xff"),
        "{error}"
    );
}

#[test]
fn a_text_that_is_nested_too_deeply_is_an_error_and_no_overflow() {
    let depth = 100_000;
    let deep = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let error = error_in(format!("{{\"events\": [{{\"seller\": {deep}}}]}}").as_bytes());
    assert!(error.contains("events[0]"), "{error}");
    assert!(
        error_in(deep.as_bytes()).contains("an object with a list"),
        "{deep:.10}"
    );
}

#[test]
fn a_file_is_an_object_with_a_list_of_events() {
    for text in [
        "[]",
        "7",
        "{}",
        "{\"events\": {}}",
        "{\"events\": null}",
        "",
    ] {
        error_in(text.as_bytes());
    }
    error_in(b"{\"events\": [5]}");
    parse(Path::new(FILE), b"\xef\xbb\xbf{\"events\": []}").expect("a byte order mark is no error");
}

#[test]
fn a_name_twice_in_one_object_is_an_error() {
    let error = error_in(b"{\"events\": [],\n \"events\": []}");
    assert!(
        error.contains("line 2") && error.contains("\"events\" stands here twice"),
        "{error}"
    );
    let mut text = file(vec![event("e1")]).to_string();
    text = text.replace("\"Standing\":4500", "\"Standing\":4500,\"Standing\":45");
    let error = error_in(text.as_bytes());
    assert!(
        error.contains("events[0]: found a mistake (\"Standing\" stands here twice)"),
        "{error}"
    );
}

#[test]
fn the_same_id_twice_in_a_file_is_an_error() {
    let errors = errors(&file(vec![event("e1"), event("e2"), event("e1")]));
    assert_eq!(errors.errors[0].path, "events[2].id");
    assert!(errors.errors[0].found.contains("events[0]"), "{errors}");
}

#[test]
fn all_that_is_wrong_is_found_at_once_up_to_twenty() {
    let bad = |id: usize| with(event(&format!("e{id}")), json!({"date": 1, "status": 2}));
    let all = errors(&file((0..3).map(bad).collect()));
    assert_eq!((all.errors.len(), all.left_out), (6, 0));
    let many = errors(&file((0..30).map(bad).collect()));
    assert_eq!((many.errors.len(), many.left_out), (MAX_ERRORS, 40));
    assert!(many.to_string().ends_with("and 40 more"));
}

#[test]
fn the_example_plans_read() {
    let plans = [
        theatre("e1"),
        with(event("e2"), json!({"plan": parse_plan(ODD)})),
    ];
    parse(Path::new(FILE), file(plans.to_vec()).to_string().as_bytes()).expect("a catalogue");
}

proptest! {
    #[test]
    fn a_damaged_file_is_refused_or_read_and_never_a_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        end in any::<prop::sample::Index>(),
        cut in any::<bool>(),
    ) {
        let event = with(event("e1"), json!({"plan": parse_plan(ODD), "limits": {}, "artists": ["X"]}));
        let mut bytes = file(vec![event]).to_string().into_bytes();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if cut {
            bytes.truncate(end.index(bytes.len()));
        }
        if let Err(errors) = parse(Path::new(FILE), &bytes) {
            prop_assert!(!errors.errors.is_empty());
            prop_assert!(errors.errors.iter().all(|error| !error.expected.is_empty()));
        }
    }
}
