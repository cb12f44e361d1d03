//! What the listing shows, in which order, page by page.

mod common;

use boxoffice_catalogue::{ListError, ListingStatus, Query};
use boxoffice_inventory::Counts;
use boxoffice_store::Store;
use common::{Office, all_pages, at, event, ids, theatre, with};
use proptest::prelude::*;
use serde_json::{Value, json};

fn on(id: &str, date: &str) -> Value {
    with(event(id), json!({ "date": date }))
}

fn named(id: &str, name: &str, city: &str, zone: &str) -> Value {
    let venue = json!({"name": "Hall", "city": city, "country": "XX", "time_zone": zone});
    with(event(id), json!({"name": name, "venue": venue}))
}

async fn office_with(events: Vec<Value>) -> Office {
    let mut office = Office::open();
    office.import(events).await;
    office
}

#[tokio::test]
async fn events_to_come_are_listed_by_date_then_id() {
    let events = vec![
        on("b", "2027-03-01T20:00:00Z"),
        on("c", "2027-02-01T20:00:00Z"),
        on("a", "2027-03-01T20:00:00Z"),
        on("past", "2026-12-31T23:59:59Z"),
        with(
            on("off", "2027-04-01T20:00:00Z"),
            json!({"status": "cancelled"}),
        ),
    ];
    let office = office_with(events).await;
    let catalogue = office.listing().await;
    let page = catalogue
        .list(&Query::default(), office.store.now())
        .expect("a page");
    assert_eq!(ids(&page.events), ["c", "a", "b", "off"]);
    assert!(page.next.is_none());
    let now = at("2027-02-01T20:00:00Z");
    let page = catalogue.list(&Query::default(), now).expect("a page");
    assert_eq!(
        page.events.len(),
        4,
        "an event is not past at its very date"
    );
    assert!(
        catalogue.by_id("past").is_some(),
        "its bookings stay readable"
    );
    assert!(catalogue.by_id("never").is_none());
}

#[tokio::test]
async fn a_day_is_a_day_in_the_venues_zone() {
    // Midnight of 2027-03-28 in Berlin is 23:00Z; on that day its clocks go forward.
    let berlin = |id, date| {
        with(
            named(id, id, "Berlin", "Europe/Berlin"),
            json!({ "date": date }),
        )
    };
    let new_york = |id, date| {
        with(
            named(id, id, "New York", "America/New_York"),
            json!({ "date": date }),
        )
    };
    let events = vec![
        berlin("berlin-27-late", "2027-03-27T22:59:59Z"),
        berlin("berlin-28-first", "2027-03-27T23:00:00Z"),
        berlin("berlin-28-last", "2027-03-28T21:59:59Z"),
        berlin("berlin-29-first", "2027-03-28T22:00:00Z"),
        new_york("york-27-last", "2027-03-28T03:59:59Z"),
        new_york("york-28-first", "2027-03-28T04:00:00Z"),
        new_york("york-28-last", "2027-03-29T03:59:59Z"),
    ];
    let office = office_with(events).await;
    let catalogue = office.listing().await;
    let found = |from, to| {
        let query = Query {
            from: Some(from),
            to: Some(to),
            ..Query::default()
        };
        let page = catalogue.list(&query, office.store.now()).expect("a page");
        page.events
            .iter()
            .map(|event| event.id.to_string())
            .collect::<Vec<_>>()
    };
    let on_28 = [
        "berlin-28-first",
        "york-28-first",
        "berlin-28-last",
        "york-28-last",
    ];
    assert_eq!(found("2027-03-28", "2027-03-29"), on_28);
    assert_eq!(found("2027-03-28", "2027-03-28"), [""; 0]);
    let by_time = found("2027-03-27T23:00:00Z", "2027-03-28T05:00:00+01:00");
    assert_eq!(
        by_time,
        ["berlin-28-first", "york-27-last"],
        "the end is not in"
    );
    assert_eq!(
        catalogue
            .by_id("york-27-last")
            .expect("it")
            .local_date
            .to_string(),
        "2027-03-27"
    );
}

#[tokio::test]
async fn the_best_match_comes_first_and_the_city_narrows() {
    let events = vec![
        named("a", "Evening with guests", "Zürich", "Europe/Zurich"),
        named("b", "Björk", "Reykjavík", "Atlantic/Reykjavik"),
        with(
            named("c", "Evening", "Reykjavík", "Atlantic/Reykjavik"),
            json!({"artists": ["Björk"]}),
        ),
        named("d", "Björk", "Zürich", "Europe/Zurich"),
    ];
    let office = office_with(events).await;
    let catalogue = office.listing().await;
    let found = |keyword, city| {
        let query = Query {
            keyword: Some(keyword),
            city: Some(city),
            ..Query::default()
        };
        all_pages(&catalogue, &query, office.store.now())
    };
    assert_eq!(
        found("bjork", ""),
        ["b", "d", "c"],
        "a name is better than an artist"
    );
    assert_eq!(found("bjork", "reykjavik"), ["b", "c"]);
    assert_eq!(found("", "zuerich"), ["a", "d"]);
    assert_eq!(found("bjork", "berlin"), [""; 0]);
}

#[tokio::test]
async fn what_cannot_be_understood_is_named() {
    let office = office_with(vec![event("e1"), event("e2")]).await;
    let catalogue = office.listing().await;
    let now = office.store.now();
    let first = Query {
        limit: Some("1"),
        ..Query::default()
    };
    let cursor = catalogue
        .list(&first, now)
        .expect("a page")
        .next
        .expect("another");
    let with_keyword = Query {
        keyword: Some("night"),
        cursor: Some(&cursor),
        ..Query::default()
    };
    let limit = |limit| Query {
        limit: Some(limit),
        ..Query::default()
    };
    let from = |from| Query {
        from: Some(from),
        ..Query::default()
    };
    let to = |to| Query {
        to: Some(to),
        ..Query::default()
    };
    let price = |price| Query {
        max_price: Some(price),
        ..Query::default()
    };
    let cursor = |cursor| Query {
        cursor: Some(cursor),
        ..Query::default()
    };
    let table = [
        (limit("0"), "limit"),
        (limit("101"), "limit"),
        (limit("+5"), "limit"),
        (limit("99999999999999999999"), "limit"),
        (from("2027-02-30"), "from"),
        (from("yesterday"), "from"),
        (to("2027-5-1"), "to"),
        (to("20270501"), "to"),
        (price("60.00"), "max_price"),
        (price("-1"), "max_price"),
        (price("99999999999999999999"), "max_price"),
        (
            Query {
                currency: Some("eur"),
                ..Query::default()
            },
            "currency",
        ),
        (cursor("x"), "cursor"),
        (cursor("ZGFh"), "cursor"),
        (with_keyword, "cursor"),
    ];
    for (query, pointer) in table {
        match catalogue.list(&query, now) {
            Err(ListError::Query(error)) => assert_eq!(error.pointer, pointer, "{query:?}"),
            other => panic!("{query:?}: {other:?}"),
        }
    }
    let empty = Query {
        keyword: Some(""),
        city: Some(""),
        from: Some(""),
        to: Some(""),
        max_price: Some(""),
        currency: Some(""),
        limit: Some(""),
        cursor: Some(""),
    };
    assert_eq!(catalogue.list(&empty, now).expect("a page").events.len(), 2);
}

#[tokio::test]
async fn a_page_goes_on_where_the_last_one_ended_whatever_was_imported_meanwhile() {
    let dates = [
        "2027-02-01T20:00:00Z",
        "2027-02-03T20:00:00Z",
        "2027-02-05T20:00:00Z",
    ];
    let events = ["a", "b", "c"]
        .iter()
        .zip(dates)
        .map(|(id, date)| on(id, date));
    let mut office = office_with(events.collect()).await;
    let catalogue = office.listing().await;
    let mut query = Query {
        limit: Some("2"),
        ..Query::default()
    };
    let first = catalogue.list(&query, office.store.now()).expect("a page");
    assert_eq!(ids(&first.events), ["a", "b"]);
    office
        .import(vec![
            on("early", dates[0]),
            on("late", "2027-02-04T20:00:00Z"),
        ])
        .await;
    catalogue.refresh(&office.store).await.expect("refreshed");
    query.cursor = first.next.as_deref();
    let second = catalogue.list(&query, office.store.now()).expect("a page");
    assert_eq!(ids(&second.events), ["late", "c"]);
}

#[tokio::test]
async fn a_refresh_shows_new_events_new_texts_and_new_counts() {
    let mut office = office_with(vec![event("club")]).await;
    let catalogue = office.listing().await;
    let before = catalogue.by_id("club").expect("it");
    assert_eq!(before.counts().available, 100);
    office.hold("club", &[0, 1]).await;
    office
        .import(vec![
            with(event("club"), json!({"name": "Ragtime"})),
            theatre("play"),
        ])
        .await;
    catalogue.refresh(&office.store).await.expect("refreshed");
    let after = catalogue.by_id("club").expect("it");
    assert_eq!(
        (after.document.name.as_str(), after.counts().held),
        ("Ragtime", 2)
    );
    assert_eq!(
        before.counts().held,
        2,
        "both revisions show the same counts"
    );
    assert_eq!(
        catalogue.by_id("play").expect("it").max_price(),
        Some(12_000)
    );
    let query = Query {
        keyword: Some("ragtime"),
        ..Query::default()
    };
    assert_eq!(all_pages(&catalogue, &query, office.store.now()), ["club"]);
    let old_name = Query {
        keyword: Some("Night club"),
        ..Query::default()
    };
    assert_eq!(
        all_pages(&catalogue, &old_name, office.store.now()),
        [""; 0]
    );
}

#[tokio::test]
async fn older_counts_never_replace_newer_ones() {
    let office = office_with(vec![event("club")]).await;
    let catalogue = office.listing().await;
    let club = catalogue.by_id("club").expect("it");
    let held = |held| Counts {
        held,
        ..Counts::default()
    };
    catalogue.set_counts(club.number, 9, held(5));
    catalogue.set_counts(club.number, 8, held(4));
    assert_eq!(club.counts(), held(5));
    catalogue.refresh(&office.store).await.expect("refreshed");
    assert_eq!(club.counts(), held(5), "the store is still at version 1");
}

#[tokio::test]
async fn a_past_event_leaves_the_search_but_not_the_catalogue() {
    let mut office = office_with(vec![on("soon", "2027-01-02T00:00:00Z"), event("later")]).await;
    let catalogue = office.listing().await;
    let query = Query {
        keyword: Some("night"),
        ..Query::default()
    };
    assert_eq!(
        all_pages(&catalogue, &query, office.store.now()),
        ["soon", "later"]
    );
    office.turn_to("2027-01-02T00:00:01Z");
    assert_eq!(all_pages(&catalogue, &query, office.store.now()), ["later"]);
    catalogue.refresh(&office.store).await.expect("refreshed");
    assert!(catalogue.by_id("soon").is_some());
    office
        .import(vec![on("soon", "2027-08-01T20:00:00Z")])
        .await;
    catalogue.refresh(&office.store).await.expect("refreshed");
    let found = all_pages(&catalogue, &query, office.store.now());
    assert_eq!(
        found,
        ["later", "soon"],
        "with a new date it is found again"
    );
}

#[tokio::test]
async fn an_events_status_is_one_word() {
    let plain = |changes| with(event("e1"), changes);
    let begins = json!({"on_sale_at": "2027-03-01T10:00:00Z"});
    let moved = json!({"on_sale_at": "2027-03-01T10:00:00Z", "status": "rescheduled"});
    let ends = json!({"sale_ends_at": "2027-01-31T10:00:00Z"});
    let (early, late) = ("2027-02-01T00:00:00Z", "2027-03-01T10:00:00Z");
    use ListingStatus::*;
    let table = [
        (plain(json!({})), early, OnSale),
        (plain(begins.clone()), early, Scheduled),
        (plain(begins), late, OnSale),
        (plain(moved.clone()), early, Rescheduled),
        (plain(moved), late, OnSale),
        (plain(ends), early, SaleEnded),
        (plain(json!({"status": "postponed"})), early, Postponed),
        (plain(json!({"status": "cancelled"})), early, Cancelled),
        (plain(json!({"prices": {}})), early, SoldOut),
    ];
    for (event, now, expected) in table {
        let office = office_with(vec![event.clone()]).await;
        let listed = office.listing().await.by_id("e1").expect("it");
        assert_eq!(listed.status(at(now)), expected, "{event}");
    }
}

#[tokio::test]
async fn an_event_is_sold_out_when_nothing_is_available_and_nothing_held() {
    let one = json!([{"name": "Floor", "category": "Standing", "capacity": 1}]);
    let office = office_with(vec![with(event("tiny"), json!({ "areas": one }))]).await;
    let status = async || {
        let listed = office.listing().await.by_id("tiny").expect("it");
        listed.status(office.store.now())
    };
    let first = office.hold("tiny", &[0]).await;
    assert_eq!(
        status().await,
        ListingStatus::OnSale,
        "what is held may come back"
    );
    let attempt = office.pay("tiny", first).await;
    let book = boxoffice_inventory::Command::Book { first, attempt };
    office.command("tiny", book).await;
    assert_eq!(status().await, ListingStatus::SoldOut);
}

#[tokio::test]
async fn a_price_of_a_category_without_seats_is_not_shown() {
    let prices = json!({"Standing": 4_500, "Royal box": 90_000, "Nothing": 1});
    let office = office_with(vec![with(event("club"), json!({ "prices": prices }))]).await;
    let listed = office.listing().await.by_id("club").expect("it");
    assert_eq!(
        (listed.min_price(), listed.max_price()),
        (Some(4_500), Some(4_500))
    );
}

#[tokio::test]
async fn who_has_little_money_sees_what_has_a_seat_for_it() {
    let priced = |id, prices| with(theatre(id), json!({ "prices": prices }));
    let events = vec![
        priced("a-dear", json!({"Premium": 9_000, "Standard": 8_000})),
        priced("b-mixed", json!({"Premium": 9_000, "Standard": 6_000})),
        priced("c-free", json!({"Premium": 0})),
        with(priced("d-unpriced", json!({})), json!({"currency": null})),
        priced("e-cheap", json!({"Premium": 1_000})),
    ];
    let office = office_with(events).await;
    let catalogue = office.listing().await;
    let now = office.store.now();
    let found = |max_price, keyword| {
        let query = Query {
            max_price: Some(max_price),
            keyword,
            limit: Some("1"),
            ..Query::default()
        };
        all_pages(&catalogue, &query, now)
    };
    for keyword in [None, Some("night")] {
        assert_eq!(found("6000", keyword), ["b-mixed", "c-free", "e-cheap"]);
        assert_eq!(found("5999", keyword), ["c-free", "e-cheap"]);
        assert_eq!(found("0", keyword), ["c-free"]);
    }
    let in_currency = |currency| {
        let query = Query {
            currency: Some(currency),
            ..Query::default()
        };
        all_pages(&catalogue, &query, now)
    };
    assert_eq!(
        in_currency("EUR"),
        ["a-dear", "b-mixed", "c-free", "e-cheap"]
    );
    assert!(in_currency("CHF").is_empty());
}

#[tokio::test]
async fn the_cities_of_what_is_to_come_are_listed_by_name() {
    let mut past = named("past", "Past", "Aarau", "Europe/Zurich");
    past["date"] = json!("2026-12-31T23:59:59Z");
    let events = vec![
        named("a", "One", "Zürich", "Europe/Zurich"),
        named("b", "Two", "Örebro", "Europe/Stockholm"),
        named("c", "Three", "Oslo", "Europe/Oslo"),
        named("d", "Four", "Örebro", "Europe/Stockholm"),
        past,
    ];
    let office = office_with(events).await;
    let catalogue = office.listing().await;
    let cities = catalogue.cities(office.store.now());
    let cities: Vec<_> = cities
        .iter()
        .map(|city| (city.name.as_str(), city.country.as_str(), city.events))
        .collect();
    let expected = [("Örebro", "XX", 2), ("Oslo", "XX", 1), ("Zürich", "XX", 1)];
    assert_eq!(cities, expected);
}

#[tokio::test]
async fn an_events_capacity_is_all_its_seats_whoever_has_them() {
    let office = office_with(vec![event("club")]).await;
    office.hold("club", &[0, 1]).await;
    office.book("club", &[2]).await;
    let listed = office.listing().await.by_id("club").expect("it");
    assert_eq!((listed.counts().available, listed.capacity()), (97, 100));
}

/// Events on few dates, so that many share one, some past; in two cities.
fn catalogue_of(places: &[(u8, bool)]) -> Vec<Value> {
    let event = |(at, &(day, here)): (usize, &(u8, bool))| {
        let city = if here { "Berlin" } else { "Paris" };
        let event = named(&format!("e{at}"), "Night", city, "Europe/Berlin");
        with(
            event,
            json!({"date": format!("2027-01-{:02}T12:00:00Z", day + 1)}),
        )
    };
    places.iter().enumerate().map(event).collect()
}

/// Zones whose clocks change at different hours, two at midnight and one by half an hour.
const ZONES: [&str; 6] = [
    "Europe/Berlin",
    "America/New_York",
    "America/Santiago",
    "Africa/Cairo",
    "Australia/Lord_Howe",
    "Pacific/Kiritimati",
];

/// When a day begins there.
fn beginning(day: jiff::civil::Date, zone: &str) -> jiff::Timestamp {
    day.in_tz(zone).expect("a zone").timestamp()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn a_day_begins_when_it_begins_there_also_when_clocks_change(
        events in prop::collection::vec((0_usize..6, 0_i64..365 * 48), 40),
        days in prop::collection::vec((0_i32..365, 1_i32..90), 20),
    ) {
        let start = at("2027-01-01T00:00:00Z");
        let events: Vec<_> = events
            .into_iter()
            .map(|(zone, half_hours)| (ZONES[zone], start.plus(half_hours * 1_800_000_000)))
            .collect();
        let catalogue = events.iter().enumerate().map(|(at, (zone, date))| {
            let event = named(&format!("e{at}"), "Night", "Town", zone);
            with(event, json!({"date": date.to_string()}))
        });
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let office = runtime.block_on(office_with(catalogue.collect()));
        let catalogue = runtime.block_on(office.listing());
        for (first, count) in days {
            let day = |offset: i32| {
                let span = jiff::Span::new().days(offset);
                jiff::civil::date(2027, 1, 1).checked_add(span).expect("a day")
            };
            let (from, to) = (day(first), day(first + count));
            let mut expected: Vec<_> = events
                .iter()
                .enumerate()
                .filter(|(_, (zone, date))| {
                    (beginning(from, zone)..beginning(to, zone)).contains(&date.to_jiff())
                })
                .map(|(at, (_, date))| (*date, format!("e{at}")))
                .collect();
            expected.sort();
            let expected: Vec<String> = expected.into_iter().map(|(_, id)| id).collect();
            let (from, to) = (from.to_string(), to.to_string());
            let query = Query { from: Some(&from), to: Some(&to), ..Query::default() };
            prop_assert_eq!(all_pages(&catalogue, &query, start), expected);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn all_pages_together_are_the_whole_list_once(
        places in prop::collection::vec((0_u8..9, any::<bool>()), 1..40),
        limit in 1_usize..7,
        keyword in any::<bool>(),
        city in any::<bool>(),
        from in 0_u8..9,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let (office, catalogue) = runtime.block_on(async {
            let office = office_with(catalogue_of(&places)).await;
            office.turn_to("2027-01-03T00:00:00Z");
            let catalogue = office.listing().await;
            (office, catalogue)
        });
        let (limit, from) = (limit.to_string(), format!("2027-01-{:02}", from + 1));
        let query = Query {
            keyword: keyword.then_some("night"),
            city: city.then_some("berlin"),
            from: Some(&from),
            limit: Some(&limit),
            ..Query::default()
        };
        let mut expected: Vec<(u8, String)> = places
            .iter()
            .enumerate()
            .filter(|(_, (_, here))| *here || !city)
            .map(|(at, &(day, _))| (day + 1, format!("e{at}")))
            .filter(|(day, _)| *day >= 3 && format!("2027-01-{day:02}") >= from)
            .collect();
        expected.sort();
        let expected: Vec<String> = expected.into_iter().map(|(_, id)| id).collect();
        prop_assert_eq!(all_pages(&catalogue, &query, office.store.now()), expected);
    }
}
