//! What every store promises of kept answers, as one suite that runs on each of them.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use super::{
    Store,
    contract::{Add as _, StoreHarness, all_kinds, batch, session, start},
};
use crate::model::{
    AnalystKind, Evidence, Insight, KeptAnswer, MainProblem, Millis, SessionId, Severity, Source, Subject, TokensUsed,
};

/// Runs the whole suite, each part on sessions of its own.
pub(crate) async fn run(harness: &mut impl StoreHarness) {
    let store = harness.open().await;
    an_answer_is_kept_until_the_next_one(&*store).await;
    an_answer_goes_with_its_session(&*store).await;
    an_answer_goes_with_a_session_that_it_cites(&*store).await;
    an_answer_goes_with_its_session_when_that_is_too_old(&*store, harness).await;
    nothing_is_kept_of_a_session_that_is_gone(&store).await;
    so_many_questions_are_kept(&*store).await;
    requests_are_counted_by_day_and_credential(&store).await;
    store.close().await;
    drop(store);
    let store = harness.open().await;
    assert_eq!(store.kept_answer(&Subject::Site, "").await.unwrap(), Some(answer(Subject::Site, "", 2)));
    assert!(!store.take_request(21_000, "all", 2).await.unwrap(), "what was counted is there after a restart");
    store.close().await;
}

fn cited(id: SessionId) -> Evidence {
    Evidence {
        label: "rage on “Pay”".into(),
        session_id: Some(id),
        timestamp: Some(1_800_000_000_000),
        element: Some("#pay".into()),
        count: Some(u64::MAX),
    }
}

/// An answer made at a time, which tells it from others.
fn answer(subject: Subject, question: &str, made_at: Millis) -> KeptAnswer {
    let insight = Insight {
        main_problem: MainProblem {
            title: "“Pay $a.b” does not answer — ünïcode".into(),
            detail: String::new(),
            severity: Severity::High,
            evidence: Vec::new(),
        },
        insights: Vec::new(),
        recommendations: Vec::new(),
        source: Source {
            analyst: AnalystKind::OpenAi,
            model: "local-model".into(),
            reason: None,
            tokens: Some(TokensUsed { input: 4000, output: 900, thinking: 300 }),
        },
        generated_at: made_at,
        of: subject.of().to_owned(),
        answer: None,
    };
    KeptAnswer { subject, question: question.into(), digest: format!("digest-{made_at}"), insight }
}

async fn visit(store: &dyn Store, n: u32) -> Subject {
    store.add(&batch(n, "view-0001", 0, all_kinds()), &start(n)).await.unwrap();
    Subject::Session(session(n))
}

async fn kept(store: &dyn Store, subject: &Subject) -> Option<KeptAnswer> {
    store.kept_answer(subject, "").await.unwrap()
}

async fn an_answer_is_kept_until_the_next_one(store: &dyn Store) {
    for subject in [visit(store, 1).await, Subject::Page("http://shop.test/pay".into()), Subject::Site] {
        assert_eq!(kept(store, &subject).await, None);
        for made_at in [1, 2] {
            let answer = answer(subject.clone(), "", made_at);
            assert!(store.keep_answer(&answer).await.unwrap());
            assert_eq!(kept(store, &subject).await, Some(answer));
        }
        assert_eq!(store.kept_answer(&subject, "why").await.unwrap(), None, "a question has its own answer");
    }
    assert_eq!(kept(store, &Subject::Page("http://shop.test/".into())).await, None);
}

async fn an_answer_goes_with_its_session(store: &dyn Store) {
    let (erased, left) = (visit(store, 2).await, visit(store, 3).await);
    for subject in [&erased, &left] {
        assert!(store.keep_answer(&answer(subject.clone(), "", 1)).await.unwrap());
        assert!(store.keep_answer(&answer(subject.clone(), "why", 1)).await.unwrap());
    }
    assert_eq!(store.erase(&[session(2)]).await.unwrap(), 1);
    assert_eq!(kept(store, &erased).await, None);
    assert_eq!(store.kept_answer(&erased, "why").await.unwrap(), None);
    assert!(kept(store, &left).await.is_some());
    // It begins anew, without what was said of it before.
    visit(store, 2).await;
    assert_eq!(kept(store, &erased).await, None);
}

async fn an_answer_goes_with_a_session_that_it_cites(store: &dyn Store) {
    visit(store, 4).await;
    visit(store, 5).await;
    let page = Subject::Page("http://shop.test/cited".into());
    let mut citing = answer(page.clone(), "", 1);
    citing.insight.main_problem.evidence = vec![cited(session(4)), cited(session(5))];
    assert!(store.keep_answer(&citing).await.unwrap());
    assert_eq!(kept(store, &page).await, Some(citing.clone()));
    store.erase(&[session(5)]).await.unwrap();
    assert_eq!(kept(store, &page).await, None);
    assert!(!store.keep_answer(&citing).await.unwrap(), "it cites a session that is gone");
    // What the next answer does not cite has no say in it.
    citing.insight.main_problem.evidence.pop();
    assert!(store.keep_answer(&citing).await.unwrap());
    assert!(store.keep_answer(&answer(page.clone(), "", 3)).await.unwrap());
    store.erase(&[session(4)]).await.unwrap();
    assert_eq!(kept(store, &page).await, Some(answer(page, "", 3)));
}

async fn an_answer_goes_with_its_session_when_that_is_too_old(store: &dyn Store, harness: &impl StoreHarness) {
    let subject = visit(store, 6).await;
    assert!(store.keep_answer(&answer(subject.clone(), "", 1)).await.unwrap());
    harness.age(&[session(6)]).await;
    super::contract::eventually("session 6 is expired", async || {
        store.expire(1_900_000_000_000, 1000).await.unwrap();
        store.session(&session(6)).await.unwrap().is_none().then_some(())
    })
    .await;
    assert_eq!(kept(store, &subject).await, None);
}

async fn nothing_is_kept_of_a_session_that_is_gone(store: &Arc<dyn Store>) {
    let subject = Subject::Session(session(7));
    assert!(!store.keep_answer(&answer(subject.clone(), "", 1)).await.unwrap());
    assert_eq!(kept(&**store, &subject).await, None);
    // Erased while it is kept: whichever comes last, nothing is left.
    for round in 0..20 {
        visit(&**store, 8).await;
        let subject = Subject::Session(session(8));
        let keep = answer(subject.clone(), "", round);
        let ids = [session(8)];
        let (kept_it, erased) = tokio::join!(store.keep_answer(&keep), store.erase(&ids));
        kept_it.unwrap();
        assert_eq!(erased.unwrap(), 1);
        assert_eq!(kept(&**store, &subject).await, None, "round {round}");
    }
}

async fn so_many_questions_are_kept(store: &dyn Store) {
    let (subject, most) = (visit(store, 9).await, KeptAnswer::QUESTIONS);
    store.keep_answer(&answer(subject.clone(), "", 0)).await.unwrap();
    for n in 1..=most + 2 {
        store.keep_answer(&answer(subject.clone(), &format!("question {n}"), n.into())).await.unwrap();
    }
    assert!(kept(store, &subject).await.is_some(), "what was asked without a question stays");
    for (n, is_kept) in [(1, false), (2, false), (3, true), (most + 2, true)] {
        let found = store.kept_answer(&subject, &format!("question {n}")).await.unwrap();
        assert_eq!(found.is_some(), is_kept, "{n}");
    }
}

async fn requests_are_counted_by_day_and_credential(store: &Arc<dyn Store>) {
    let mut requests = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let store = Arc::clone(store);
        requests.spawn(async move { store.take_request(20_000, "ann", 5).await.unwrap() });
    }
    assert_eq!(requests.join_all().await.into_iter().filter(|taken| *taken).count(), 5);
    assert!(!store.take_request(20_000, "ann", 5).await.unwrap());
    assert!(store.take_request(20_000, "ben", 5).await.unwrap(), "another has a count of their own");
    assert!(store.take_request(20_000, "ann", 6).await.unwrap(), "the limit may be raised");
    assert!(!store.take_request(20_000, "cem", 0).await.unwrap());
    for taken in [true, true, false] {
        assert_eq!(store.take_request(21_000, "all", 2).await.unwrap(), taken, "a new day");
    }
}
