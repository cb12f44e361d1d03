//! The API's description is committed, so that a change of it is seen in review.

#[test]
fn the_committed_description_is_the_generated_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/boxoffice.json");
    let mut generated = boxoffice_api::description().to_pretty_json().expect("JSON");
    generated.push('\n');
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(path, &generated).expect("the file is ours");
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == generated,
        "openapi/boxoffice.json is not what the handlers say: review, then write it with UPDATE_OPENAPI=1"
    );
}
