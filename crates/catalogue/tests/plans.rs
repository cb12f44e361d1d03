//! The cache of plans.

mod common;

use std::io::Read;
use std::sync::Arc;

use boxoffice_catalogue::{PlanLoadError, Plans};
use common::{GALA, Office, event, parse_plan, theatre, with};
use flate2::read::GzDecoder;
use serde_json::json;

async fn two_houses() -> Office {
    let mut office = Office::open();
    let gala = with(
        event("gala"),
        json!({"areas": null, "plan": parse_plan(GALA)}),
    );
    office.import(vec![theatre("play"), gala]).await;
    office
}

#[tokio::test]
async fn a_plan_is_loaded_once_and_shared() {
    let office = two_houses().await;
    let (plans, hash) = (Plans::default(), office.record("play").await.plan);
    let get = || plans.get(&office.store, &hash);
    let (one, other, third) = tokio::join!(get(), get(), get());
    let (one, other, third) = (one.expect("it"), other.expect("it"), third.expect("it"));
    assert!(Arc::ptr_eq(&one, &other) && Arc::ptr_eq(&one, &third));
    assert_eq!((one.hash.0, one.plan.seat_count()), (hash, 971));
}

#[tokio::test]
async fn a_plan_makes_room_for_another() {
    let office = two_houses().await;
    let plans = Plans::new(1);
    let hashes = [
        office.record("play").await.plan,
        office.record("gala").await.plan,
    ];
    let first = plans.get(&office.store, &hashes[0]).await.expect("it");
    let again = plans.get(&office.store, &hashes[0]).await.expect("it");
    assert!(Arc::ptr_eq(&first, &again), "one is kept however large");
    plans.get(&office.store, &hashes[1]).await.expect("it");
    let anew = plans.get(&office.store, &hashes[0]).await.expect("it");
    assert!(!Arc::ptr_eq(&first, &anew));
    assert_eq!(first.plan, anew.plan);
}

#[tokio::test]
async fn a_drawing_is_json_and_the_same_under_gzip() {
    let office = two_houses().await;
    let hash = office.record("gala").await.plan;
    let loaded = Plans::default()
        .get(&office.store, &hash)
        .await
        .expect("it");
    let drawing = loaded.drawing();
    let mut json = Vec::new();
    GzDecoder::new(&*drawing.gzip)
        .read_to_end(&mut json)
        .expect("gzip");
    assert_eq!(json, drawing.json);
    assert_eq!(drawing.json, loaded.plan.drawing_json());
}

#[tokio::test]
async fn a_plan_that_is_missing_is_named_and_asked_for_again() {
    let office = Office::open();
    let plans = Plans::default();
    for _ in 0..2 {
        let missing = plans.get(&office.store, &[7; 32]).await;
        assert!(matches!(missing, Err(PlanLoadError::Missing(hash)) if hash.0 == [7; 32]));
    }
}
