//! The saga under faults: of the provider, of the store's commits, and of our own process, before
//! and after each step. What a caller is told is another test's business.

mod common;

use boxoffice_payments::ChargeState;
use boxoffice_store::BookingStatus;
use boxoffice_store::conformance::{COMMIT_FAULTS, CommitFault};
use common::TestResult;
use common::fake::{FAULTS, Fault};
use common::play::Play;

const TOKENS: [&str; 3] = ["approved", "declined", "capture_fails"];

/// How an attempt ends when nothing goes wrong.
fn plain_end(token: &str) -> BookingStatus {
    match token {
        "declined" => BookingStatus::Declined,
        "capture_fails" => BookingStatus::Cancelled,
        _ => BookingStatus::Confirmed,
    }
}

#[tokio::test(start_paused = true)]
async fn basic_usage_succeeds() -> TestResult {
    let play = Play::set_up().await?;
    let booking = play.run("approved", &[]).await?.ok_or("no booking")?;
    assert_eq!(booking.status, BookingStatus::Confirmed);
    assert_eq!(*play.fake.calls.lock(), ["authorize", "capture"]);
    play.office.balances(&play.fake).await
}

#[tokio::test(start_paused = true)]
async fn any_failing_step_unwinds() -> TestResult {
    let play = Play::set_up().await?;
    for (token, calls) in [
        ("declined", vec!["authorize"]),
        (
            "capture_fails",
            vec!["authorize", "capture", "find", "void", "find"],
        ),
    ] {
        play.fake.calls.lock().clear();
        let booking = play.run(token, &[]).await?.ok_or("no booking")?;
        assert_eq!(booking.status, plain_end(token));
        assert_eq!(*play.fake.calls.lock(), calls);
        play.office.balances(&play.fake).await?;
    }
    Ok(())
}

/// Each step of the way back loses its answer and is taken again.
#[tokio::test(start_paused = true)]
async fn unwinds_twice_the_same() -> TestResult {
    let play = Play::set_up().await?;
    let (well, lost) = (Fault::None, Fault::LostAfter);
    let scripts = [
        [well, lost, well, well, well],
        [well, well, lost, well, well],
        [well, well, well, lost, well],
        [well, well, well, well, lost],
        [well, lost, lost, lost, lost],
    ];
    for script in scripts {
        let booking = play.run("capture_fails", &script).await?;
        let booking = booking.ok_or("no booking")?;
        assert_eq!(booking.status, BookingStatus::Cancelled, "{script:?}");
        assert_eq!(booking.decline_code.as_deref(), Some("capture_failed"));
        assert_eq!(play.fake.state(booking.attempt), Some(ChargeState::Voided));
    }
    play.office.balances(&play.fake).await
}

#[tokio::test(start_paused = true)]
async fn each_step_twice_is_the_same() -> TestResult {
    let play = Play::set_up().await?;
    for script in [
        vec![Fault::LostAfter],
        vec![Fault::None, Fault::LostAfter],
        vec![Fault::LostAfter, Fault::None, Fault::LostAfter],
        vec![Fault::CrashAfter, Fault::LostAfter, Fault::LostAfter],
    ] {
        let booking = play.run("approved", &script).await?.ok_or("no booking")?;
        assert_eq!(booking.status, BookingStatus::Confirmed, "{script:?}");
    }
    play.office.balances(&play.fake).await
}

/// Every fault at every call, and every pair and triple of them, crashes of our process included.
#[tokio::test(start_paused = true)]
async fn a_fault_at_any_three_calls_ends_confirmed_or_uncharged() -> TestResult {
    let play = Play::set_up().await?;
    let mut confirmed = 0;
    for token in TOKENS {
        for script in scripts(3) {
            let booking = play.run(token, &script).await?.ok_or("no booking")?;
            let ends = [plain_end(token), BookingStatus::Voided];
            assert!(
                ends.contains(&booking.status),
                "{token} {script:?}: {booking:?}"
            );
            confirmed += usize::from(booking.status == BookingStatus::Confirmed);
        }
    }
    assert!(confirmed > 100, "only {confirmed} were confirmed");
    play.office.balances(&play.fake).await
}

/// The commits of an attempt, of which each fails or loses its answer: paying, booked, confirmed, or
/// the way back.
#[tokio::test(start_paused = true)]
async fn a_fault_at_any_two_commits_ends_confirmed_or_uncharged() -> TestResult {
    let stage = Play::set_up().await?;
    for token in TOKENS {
        for (at, fault) in (0..5).flat_map(|at| COMMIT_FAULTS.map(|fault| (at, fault))) {
            for second in [CommitFault::None].into_iter().chain(COMMIT_FAULTS) {
                let mut faults = vec![CommitFault::None; at];
                faults.extend([fault, second]);
                run_with_commits(&stage, token, &[], &faults).await?;
            }
        }
    }
    Ok(())
}

/// A commit's fault and a provider's in one attempt.
#[tokio::test(start_paused = true)]
async fn a_fault_at_a_commit_and_at_a_call_ends_confirmed_or_uncharged() -> TestResult {
    let stage = Play::set_up().await?;
    for token in TOKENS {
        for (at, fault) in (0..4).flat_map(|at| COMMIT_FAULTS.map(|fault| (at, fault))) {
            for script in scripts(2) {
                let mut faults = vec![CommitFault::None; at];
                faults.push(fault);
                run_with_commits(&stage, token, &script, &faults).await?;
            }
        }
    }
    Ok(())
}

/// At an event of its own: after a commit that failed its ledger is read again.
async fn run_with_commits(
    stage: &Play,
    token: &str,
    calls: &[Fault],
    commits: &[CommitFault],
) -> TestResult {
    let play = stage.anew().await?;
    let reservation = play.office.hold().await?;
    play.plan(calls, commits);
    play.pay_or_crash(&reservation, token).await;
    play.settle().await?;
    play.plan(&[], &[]);
    play.office.balances(&play.fake).await
}

/// All scripts of up to `most` calls in which some go well; the last does not.
fn scripts(most: usize) -> Vec<Vec<Fault>> {
    let mut all: Vec<Vec<Fault>> = vec![vec![]];
    let mut longer = all.clone();
    for _ in 0..most {
        let each = longer.iter().flat_map(|script| {
            [Fault::None].into_iter().chain(FAULTS).map(|fault| {
                let mut script = script.clone();
                script.push(fault);
                script
            })
        });
        longer = each.collect();
        all.extend(longer.iter().cloned());
    }
    all.retain(|script| script.last() != Some(&Fault::None));
    all
}
