//! Every scene under every fault: of the provider's calls, of our commits, of our processes, and with
//! the event called off under any call. Whatever befalls it, each attempt ends, and all books agree.

mod common;

use std::sync::Arc;

use boxoffice_inventory::Command;
use boxoffice_model::{EventNumber, OwnerHash};
use boxoffice_payments::{Buyers, Mark};
use boxoffice_store::BookingStatus::{
    Cancelled, Confirmed, Declined, PartlyRefunded, Refunded, Voided,
};
use boxoffice_store::conformance::{COMMIT_FAULTS, CommitFault};
use common::TestResult;
use common::fake::{FAULTS, Fault};
use common::play::Play;
use common::scene::{Act, Performed, Scene};

const fn scene(
    token: &'static str,
    acts: &'static [Act],
    end: boxoffice_store::BookingStatus,
    or: &'static [boxoffice_store::BookingStatus],
) -> Scene {
    Scene {
        token,
        acts,
        end,
        or,
    }
}

/// What the provider gives in one step.
const AT_ONCE: [Scene; 9] = [
    scene("approved", &[], Confirmed, &[Voided]),
    scene("declined", &[], Declined, &[Voided]),
    scene("capture_fails", &[], Cancelled, &[Voided]),
    scene("instant", &[], Confirmed, &[Voided]),
    scene("free", &[], Confirmed, &[Voided]),
    scene("card-x", &[], Declined, &[Voided]),
    scene(
        "approved",
        &[Act::RefundOne, Act::RefundAll],
        Refunded,
        &[Voided, PartlyRefunded, Confirmed],
    ),
    scene("capture_fails", &[Act::RefundOne], Cancelled, &[Voided]),
    scene("free", &[Act::RefundAll], Refunded, &[Voided, Confirmed]),
];

/// Who pays at another page.
const ELSEWHERE: [Scene; 10] = [
    scene("3ds", &[Act::Pays], Confirmed, &[Voided]),
    scene("3ds", &[Act::Declines], Declined, &[Voided]),
    scene("3ds", &[Act::Closing, Act::PastLimit], Voided, &[]),
    scene("checkout", &[Act::Pays], Confirmed, &[Voided]),
    scene("checkout", &[Act::Declines], Declined, &[Voided]),
    scene("checkout", &[], Voided, &[]),
    scene("bank", &[Act::Pays], Confirmed, &[Voided]),
    scene(
        "bank",
        &[Act::Pays, Act::RefundAll],
        Refunded,
        &[Voided, Confirmed],
    ),
    scene(
        "checkout",
        &[Act::UntilTheLast, Act::Pays],
        Confirmed,
        &[Voided],
    ),
    scene("bank", &[Act::CallOff, Act::MoneyComes], Voided, &[]),
];

/// Money that comes when nobody waits for it any more.
const LATE: [Scene; 15] = [
    scene(
        "3ds",
        &[Act::Pays, Act::PastLimitAlone],
        Confirmed,
        &[Voided],
    ),
    scene(
        "checkout",
        &[Act::PastLimit, Act::MoneyComes],
        Confirmed,
        &[Voided],
    ),
    scene(
        "checkout",
        &[Act::PastLimit, Act::PastHold, Act::MoneyComes],
        Confirmed,
        &[Voided],
    ),
    scene(
        "checkout",
        &[Act::PastLimit, Act::NearlyADay, Act::MoneyComes],
        Confirmed,
        &[Voided],
    ),
    scene(
        "checkout",
        &[Act::PastLimit, Act::ADay, Act::MoneyComes],
        Voided,
        &[],
    ),
    scene(
        "checkout",
        &[Act::PastHold, Act::OtherBuys, Act::MoneyComes],
        Voided,
        &[],
    ),
    scene(
        "checkout",
        &[Act::PastHold, Act::OtherHolds, Act::MoneyComes],
        Voided,
        &[],
    ),
    scene(
        "checkout",
        &[Act::PastLimit, Act::PaysAgain("approved"), Act::MoneyComes],
        Voided,
        &[],
    ),
    scene(
        "checkout",
        &[Act::PastLimit, Act::PaysAgain("3ds"), Act::MoneyComes],
        Voided,
        &[],
    ),
    scene(
        "checkout",
        &[Act::PastLimit, Act::PaysAgain("declined"), Act::MoneyComes],
        Confirmed,
        &[Voided],
    ),
    scene("processing", &[Act::BankPays], Confirmed, &[Voided]),
    scene("processing", &[Act::BankDeclines], Declined, &[Voided]),
    scene(
        "processing",
        &[Act::PastLimit, Act::BankPays],
        Confirmed,
        &[Voided],
    ),
    scene(
        "processing",
        &[Act::PastLimit, Act::BankDeclines],
        Voided,
        &[],
    ),
    scene(
        "processing",
        &[Act::PastHold, Act::OtherBuys, Act::BankPays],
        Voided,
        &[],
    ),
];

fn scenes() -> impl Iterator<Item = Scene> {
    AT_ONCE.into_iter().chain(ELSEWHERE).chain(LATE)
}

/// Buyers are known by their cards, and nothing else.
struct ByCard;

impl Buyers for ByCard {
    fn mark(&self, _: EventNumber, mark: Mark, value: &str) -> Option<OwnerHash> {
        let byte = value.bytes().next().unwrap_or_default();
        (mark == Mark::Card).then_some([byte; 16])
    }
}

async fn open() -> Result<Play, Box<dyn std::error::Error>> {
    let mut stage = Play::set_up().await?;
    stage.config.buyers = Arc::new(ByCard);
    Ok(stage)
}

/// One performance at an event of its own.
async fn perform(
    stage: &Play,
    scene: &Scene,
    calls: &[Fault],
    commits: &[CommitFault],
) -> Result<Performed, Box<dyn std::error::Error>> {
    let limit = scene.token.starts_with("card-").then_some(3);
    let play = stage.anew_with(limit).await?;
    if calls.iter().any(|fault| OF_OTHERS.contains(fault)) {
        let (sequencer, event) = (play.office.sequencer.clone(), play.office.event);
        *play.fake.meanwhile.lock() = Some(Arc::new(move || {
            let sequencer = sequencer.clone();
            Box::pin(async move {
                let called_off = sequencer.submit(event, Command::CancelEvent).await;
                called_off.expect("nothing befalls this commit");
            })
        }));
    }
    scene.perform(&play, calls, commits).await
}

const OF_OTHERS: [Fault; 2] = [Fault::MeanwhileBefore, Fault::MeanwhileAfter];

/// Calls and commits of a scene that nothing befalls.
async fn length(stage: &Play, scene: &Scene) -> Result<(usize, usize), Box<dyn std::error::Error>> {
    let calls = [Fault::None; 99];
    let performed = perform(stage, scene, &calls, &[]).await?;
    Ok((performed.calls, performed.commits))
}

#[tokio::test(start_paused = true)]
async fn scenes_end_as_written_when_nothing_goes_wrong() -> TestResult {
    let stage = open().await?;
    for scene in scenes() {
        let performed = perform(&stage, &scene, &[], &[]).await?;
        let booking = performed.booking.ok_or("it did not begin")?;
        assert_eq!(booking.status, scene.end, "{scene:?}");
    }
    Ok(())
}

/// Faults at these places; all else goes well.
fn at<F: Copy>(places: &[(usize, F)], well: F) -> Vec<F> {
    let last = places.iter().map(|(place, _)| place + 1).max();
    let mut script = vec![well; last.unwrap_or(0)];
    for (place, fault) in places {
        script[*place] = *fault;
    }
    script
}

/// All ways to choose so many different places of `length`, each with one of `faults`.
fn ways<F: Copy>(length: usize, faults: &[F], many: usize) -> Vec<Vec<(usize, F)>> {
    let mut all = vec![Vec::new()];
    for _ in 0..many {
        let mut longer = Vec::new();
        for way in &all {
            let next = way.last().map_or(0, |(place, _): &(usize, F)| place + 1);
            for place in next..length {
                for fault in faults {
                    let mut way = way.clone();
                    way.push((place, *fault));
                    longer.push(way);
                }
            }
        }
        all = longer;
    }
    all
}

/// At most so many of them, always the same; all in a long run.
fn some<T>(mut all: Vec<T>, most: usize) -> Vec<T> {
    if common::long() || all.len() <= most {
        return all;
    }
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    for place in 0..most {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let left = all.len() - place;
        all.swap(place, place + (seed >> 33) as usize % left);
    }
    all.truncate(most);
    all
}

/// A fault makes more calls of what is left to do.
const MORE: usize = 2;

#[tokio::test(start_paused = true)]
async fn a_fault_at_any_call_leaves_the_books_right() -> TestResult {
    let stage = open().await?;
    for scene in scenes() {
        let (calls, _) = length(&stage, &scene).await?;
        for way in ways(calls + MORE, &FAULTS, 1) {
            perform(&stage, &scene, &at(&way, Fault::None), &[]).await?;
        }
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn faults_at_any_two_calls_leave_the_books_right() -> TestResult {
    let stage = open().await?;
    for scene in scenes() {
        let (calls, _) = length(&stage, &scene).await?;
        for way in some(ways(calls + MORE, &FAULTS, 2), 40) {
            perform(&stage, &scene, &at(&way, Fault::None), &[]).await?;
        }
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn faults_at_any_three_calls_leave_the_books_right() -> TestResult {
    let stage = open().await?;
    for scene in scenes() {
        let (calls, _) = length(&stage, &scene).await?;
        let ways = ways((calls + MORE).min(8), &FAULTS, 3);
        for way in some(ways, 16) {
            perform(&stage, &scene, &at(&way, Fault::None), &[]).await?;
        }
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn faults_at_any_two_commits_leave_the_books_right() -> TestResult {
    let stage = open().await?;
    for scene in scenes() {
        let (_, commits) = length(&stage, &scene).await?;
        let ones = ways(commits + MORE, &COMMIT_FAULTS, 1);
        let twos = ways(commits + MORE, &COMMIT_FAULTS, 2);
        for way in ones.into_iter().chain(some(twos, 24)) {
            perform(&stage, &scene, &[], &at(&way, CommitFault::None)).await?;
        }
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_fault_at_a_commit_and_one_at_a_call_leave_the_books_right() -> TestResult {
    let stage = open().await?;
    for scene in scenes() {
        let (calls, commits) = length(&stage, &scene).await?;
        let mut both = Vec::new();
        for call in ways(calls + MORE, &FAULTS, 1) {
            for commit in ways(commits + MORE, &COMMIT_FAULTS, 1) {
                both.push((at(&call, Fault::None), at(&commit, CommitFault::None)));
            }
        }
        for (calls, commits) in some(both, 32) {
            perform(&stage, &scene, &calls, &commits).await?;
        }
    }
    Ok(())
}

/// The event is called off under each call, alone and with a fault before or after it.
#[tokio::test(start_paused = true)]
async fn an_event_called_off_under_any_call_leaves_the_books_right() -> TestResult {
    let stage = open().await?;
    for scene in scenes() {
        let scene = Scene {
            or: &[
                Confirmed,
                Declined,
                Voided,
                Cancelled,
                PartlyRefunded,
                Refunded,
            ],
            ..scene
        };
        let (calls, _) = length(&stage, &scene).await?;
        let alone = ways(calls + MORE, &OF_OTHERS, 1);
        let all = [OF_OTHERS.as_slice(), &FAULTS].concat();
        let mut with_fault = ways(calls + MORE, &all, 2);
        with_fault.retain(|way| {
            let others = way.iter().filter(|(_, fault)| OF_OTHERS.contains(fault));
            others.count() == 1
        });
        for way in alone.into_iter().chain(some(with_fault, 24)) {
            perform(&stage, &scene, &at(&way, Fault::None), &[]).await?;
        }
    }
    Ok(())
}
