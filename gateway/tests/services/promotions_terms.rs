//! Terms that change while players have accepted others.

use crate::support::{Answer, Page, World, bet, problem, win};
use gateway::events::{Source, Subscription};
use gateway::faults::Faults;
use gateway::promotions::reconcile::{self, Since};
use gateway::promotions::{Catalogue, Promotions, PromotionsError};
use gateway::service::Service;
use gateway::store::inbox::Inbox;
use gateway::store::outbox;
use http::Method;
use serde_json::{Value, json};
use tower::ServiceExt;

const FIRST: Terms = Terms { version: 1, percent: 100, target_minor: 2_000, reward_minor: 500 };
/// Worse in every way.
const SECOND: Terms = Terms { version: 2, percent: 50, target_minor: 4_000, reward_minor: 100 };

const EVER: Since = Since { ends_ms: 0, claimed_ms: 0 };

/// One version of an offer for stakes at roulette.
struct Terms {
    version: u32,
    percent: u32,
    target_minor: i64,
    reward_minor: i64,
}

impl Terms {
    fn text(&self) -> String {
        let Self { version, percent, target_minor, reward_minor } = self;
        format!(
            "[[offer]]\nid = 'stakes'\nkind = 'mission'\nterms_version = {version}\ncurrency = 'EUR'\n\
             reward_is_bonus = false\nvalid_days = 7\nroulette_percent = {percent}\nbaccarat_percent = 0\n\
             max_bet_minor = 5000\nmax_win_minor = {reward_minor}\n\
             rule = {{ type = 'wager', target_minor = {target_minor}, reward_minor = {reward_minor} }}\n\
             [offer.words.en]\ntitle = 'Stakes, {version}'\nsummary = 'Stake.'\nterms = 'All.'\neligible = 'All.'\n"
        )
    }

    /// The card of a player who stands there under these terms.
    fn card(&self, state: &str, current: i64) -> Value {
        json!({
            "terms_version": self.version, "title": format!("Stakes, {}", self.version), "state": state,
            "percent": self.percent, "current": current, "target": self.target_minor, "reward": self.reward_minor,
        })
    }
}

fn catalogue(versions: &[Terms]) -> Catalogue {
    Catalogue::read(&versions.iter().map(Terms::text).collect::<String>()).unwrap()
}

impl World {
    /// Promotions with these offers, on this world's books.
    fn promotions(&self, versions: &[Terms]) -> Result<Promotions, PromotionsError> {
        let switch = Faults::new(self.clock.clone()).switch(Service::Wallet);
        Promotions::open(&self.storage(), catalogue(versions), self.wallet.clone(), switch, self.clock.clone())
    }

    async fn ask(&self, promotions: &Promotions, page: &Page, path: &str, body: Option<Value>) -> Answer {
        let method = if body.is_some() { Method::POST } else { Method::GET };
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        let request = page.request(method, &format!("/api/promotions/{path}"), &[("idempotency-key", path)], body);
        Answer::of(self.identity.door().guard(promotions.routes()).oneshot(request).await.unwrap()).await
    }

    async fn opt_in(&self, promotions: &Promotions, page: &Page, terms_version: u32) -> Answer {
        let body = json!({ "terms_version": terms_version });
        self.ask(promotions, page, "offers/stakes/opt-in", Some(body)).await
    }

    /// What the card says, as far as it is the terms'.
    async fn card(&self, promotions: &Promotions, page: &Page) -> Value {
        let offer = self.ask(promotions, page, "offers", None).await.json()["offers"][0].clone();
        json!({
            "terms_version": offer["terms_version"], "title": offer["title"], "state": offer["state"],
            "percent": offer["conditions"]["roulette_percent"], "current": offer["progress"]["current"],
            "target": offer["progress"]["target"], "reward": offer["reward_minor"],
        })
    }

    /// Stakes at roulette and loses.
    async fn loses(&self, page: &Page, round: &str, stake_minor: i64) {
        let stake = bet(&self.sessions.start(&page.player), round, stake_minor);
        assert_eq!(self.wager("bet", &stake).await.0, "ok");
        assert_eq!(self.wager("win", &win(&[&stake], 0)).await.0, "ok");
    }

    /// Lets promotions hear of everything so far.
    async fn tell(&self, promotions: &Promotions) {
        let newest = outbox::state(self.wallet.database()).await.unwrap().newest;
        let subscription = Subscription::to(Source { name: "wallet", database: self.wallet.database().clone() });
        let follower = tokio::spawn(promotions.clone().follow(subscription));
        let mut commits = promotions.database().commits();
        loop {
            commits.seen();
            if Inbox::open(promotions.database(), "wallet").await.unwrap().position().seq >= newest {
                break;
            }
            commits.next().await.unwrap();
        }
        follower.abort();
        // It holds the database open for as long as it is there.
        let _ = follower.await;
    }
}

/// Ends them, so that their database can be opened with other offers.
async fn close(promotions: Promotions) {
    let mut committed = promotions.database().committed();
    drop(promotions);
    while committed.changed().await.is_ok() {}
}

#[tokio::test]
async fn whoever_has_opted_in_keeps_the_terms_that_they_accepted() {
    let world = World::new();
    let (earned, half_way, late) = (world.demo().await, world.demo().await, world.demo().await);
    let promotions = world.promotions(&[FIRST]).unwrap();
    for (page, stake_minor) in [(&earned, 2_000), (&half_way, 1_000)] {
        assert_eq!(world.opt_in(&promotions, page, 1).await.status, 200);
        world.loses(page, "a", stake_minor).await;
    }
    world.tell(&promotions).await;
    assert_eq!(world.card(&promotions, &earned).await, FIRST.card("earned", 2_000));
    close(promotions).await;

    let promotions = world.promotions(&[FIRST, SECOND]).unwrap();
    world.loses(&half_way, "b", 600).await;
    world.tell(&promotions).await;
    assert_eq!(world.card(&promotions, &earned).await, FIRST.card("earned", 2_000));
    assert_eq!(world.card(&promotions, &half_way).await, FIRST.card("active", 1_600));
    let (cash_minor, _) = world.balance(&earned).await;
    let claimed = world.ask(&promotions, &earned, "offers/stakes/claim", Some(json!({}))).await;
    assert_eq!((claimed.status.as_u16(), claimed.json()["reward_minor"].clone()), (200, json!(500)));
    assert_eq!(world.balance(&earned).await, (cash_minor + 500, 0));

    assert_eq!(world.card(&promotions, &late).await, SECOND.card("offered", 0));
    let refused = world.opt_in(&promotions, &late, 1).await;
    assert_eq!(refused.problem(), problem(409, "conflict", Some("terms_version")));
    let again = world.demo().await;
    assert_eq!(world.opt_in(&promotions, &again, 2).await.status, 200);
    world.loses(&again, "c", 1_000).await;
    world.tell(&promotions).await;
    assert_eq!(world.card(&promotions, &again).await, SECOND.card("active", 500));

    // Books are compared by the terms that each player has.
    let books = reconcile::books(&world.storage(), &catalogue(&[FIRST, SECOND]), EVER).unwrap();
    let version = |page: &Page| {
        let taken = books.iter().find(|taken| taken.player == page.player);
        taken.and_then(|taken| taken.house).map(|house| house.terms.version)
    };
    assert_eq!([&earned, &half_way, &again].map(version), [Some(1), Some(1), Some(2)]);
}

#[tokio::test]
async fn terms_that_somebody_has_accepted_are_not_left_out() {
    let world = World::new();
    let page = world.demo().await;
    let promotions = world.promotions(&[FIRST]).unwrap();
    assert_eq!(world.opt_in(&promotions, &page, 1).await.status, 200);
    close(promotions).await;
    let refused = world.promotions(&[SECOND]).err().unwrap().to_string();
    assert!(refused.contains("stakes: players have accepted version 1"), "{refused}");
    let refused = reconcile::books(&world.storage(), &catalogue(&[SECOND]), EVER).unwrap_err().to_string();
    assert!(refused.contains("stakes: players have accepted version 1"), "{refused}");
    assert!(world.promotions(&[FIRST, SECOND]).is_ok());
}
