//! A table on the whole page: video, round, bets.

mod chips;
mod desk;
mod head;
mod messages;
mod model;
mod round;
mod video;

pub(crate) use chips::token;
pub(crate) use model::{Model, pile_on};

use crate::Page;
use crate::bets::{Input, Message};
use crate::layout::Inside;
use crate::parts::{empty, skeleton, unreachable_gateway};
use crate::tables::{self, Health, Source};
use crate::{baccarat, roulette};
use contract::event::{Nothing, SessionChanged, SignInWanted};
use contract::feed::Phase;
use contract::live::Game;
use contract::plain::{concat, number};
use desk::Desk;
use fragment::host;
use fragment::scope::{Held, Stage};
use fragment::text::text_with;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use ui::{El, html, origin};
use web_sys::Event;

/// The place of a table, until it is known, and while it stands.
struct Place {
    id: String,
    /// The player's id, if somebody is signed in.
    player: RefCell<Option<String>>,
    root: El,
    source: Cell<Option<Source>>,
    desk: Cell<Option<Desk>>,
    stage: Stage,
}

/// The table of that id, as soon as the gateway has said where it is.
pub(crate) fn page(id: &str) -> Page {
    let root = html("<div></div>", &[]);
    let page = Held::new(Place {
        id: id.to_owned(),
        player: RefCell::default(),
        root: root.clone(),
        source: Cell::new(None),
        desk: Cell::new(None),
        stage: Stage::default(),
    });
    let source = Source::open(Box::new(move || paint(page)));
    if let Some(page) = page.get() {
        page.source.set(Some(source));
    }
    paint(page);
    host().subscribe(SessionChanged, move |session| seat(page, session.player.map(|player| player.id)));
    root.listen("click", move |event| pressed(page, &event));
    root.listen("change", move |event| chosen(page, &event));
    // The way to a second table depends on the path.
    (root, Box::new(move || paint(page)))
}

/// Whoever comes after a player sits down at another desk, nobody included: the connection bets with that player's
/// money, and what lies there is theirs.
fn seat(page: Held<Place>, player: Option<String>) {
    let Some(place) = page.get() else { return };
    let last = place.player.replace(player);
    if last.is_some() && last != *place.player.borrow() {
        place.root.changed("");
        paint(page);
    } else if let Some(desk) = place.desk.get() {
        place.sit_down(desk);
    }
}

impl Place {
    fn sit_down(&self, desk: Desk) {
        if self.player.borrow().is_some() {
            desk.signed_in();
        }
    }
}

fn paint(page: Held<Place>) {
    let Some(page) = page.get() else { return };
    let Some(source) = page.source.get() else { return };
    let tables = source.tables();
    let table = tables.iter().flat_map(|list| &list.tables).find(|table| table.id == page.id).cloned();
    let names = || tables.iter().flat_map(|list| &list.tables).map(|table| table.id.clone()).collect::<Vec<_>>();
    let key = match (&table, &tables) {
        (Some(_), _) => "there",
        (None, Some(_)) => "missing",
        (None, None) if source.failed() => "failed",
        (None, None) => "waiting",
    };
    if !page.root.changed(key) {
        if let Some(desk) = page.desk.get() {
            desk.change(&mut |model| model.others = names());
        }
        return;
    }
    page.root.empty();
    page.stage.change(|| {
        let content = match (&table, key) {
            (Some(table), _) => {
                let (desk, root) = Desk::open(table.clone(), names());
                page.desk.set(Some(desk));
                page.sit_down(desk);
                root
            }
            (None, "missing") => {
                let missing = empty("icon--list", "table-missing", "table-missing-hint");
                missing.add_html(r#"<a class="button button--quiet" href="/live">{all-tables}</a>"#, &[]);
                missing
            }
            (None, "failed") => unreachable_gateway(),
            (None, _) => skeleton(),
        };
        page.root.add(&content);
    });
}

/// A click anywhere on the table.
fn pressed(page: Held<Place>, event: &Event) {
    let Some(page) = page.get() else { return };
    let (desk, source) = (page.desk.get(), page.source.get());
    if let (Some(desk), Some((_, spot))) = (desk, origin(event, "data-spot")) {
        return desk.bet(spot);
    }
    let Some((button, action)) = origin(event, "data-do") else { return };
    if button.element().has_attribute("aria-disabled") {
        return;
    }
    match (action.as_str(), desk) {
        ("undo", Some(desk)) => desk.play(Input::Undo),
        ("clear", Some(desk)) => desk.play(Input::Clear),
        ("again", Some(desk)) => desk.again(),
        ("more-bets", Some(desk)) => desk.change(&mut |model| {
            model.more = if model.more.is_some() { None } else { Some(Inside::Split) };
        }),
        ("sign-in", _) => host().publish(SignInWanted, &Nothing {}),
        ("try-again", _) => {
            if let Some(source) = source {
                source.ask_again();
            }
        }
        _ => {}
    }
}

/// Another chip, or another kind of inside bet.
fn chosen(page: Held<Place>, event: &Event) {
    let Some(desk) = page.get().and_then(|page| page.desk.get()) else { return };
    if let Some((_, value)) = origin(event, "data-value") {
        desk.change(&mut |model| model.chip_minor = number(&value).unwrap_or(model.chip_minor));
    } else if let Some((_, value)) = origin(event, "data-inside") {
        desk.change(&mut |model| model.more = Inside::ALL.into_iter().find(|inside| inside.name() == value));
    }
}

/// All views of one table.
struct View {
    root: El,
    head: head::Head,
    strip: El,
    video: Rc<video::Video>,
    bar: round::Bar,
    summary: round::Summary,
    rail: chips::Rail,
    answer: messages::Answer,
    game: GameView,
    announced: El,
    health: Health,
    shown: RefCell<String>,
}

enum GameView {
    Roulette(roulette::View),
    Baccarat(baccarat::View),
}

impl View {
    fn build(model: &Model) -> Self {
        let table = &model.table;
        let dealer = text_with("dealer", &[("name", &table.dealer)]);
        let root = html(
            include_str!("../markup/table.html"),
            &[
                ("name", &table.name),
                ("id", &table.id),
                ("game", table.game.as_str()),
                ("facts", &concat(&[&dealer, " · ", &tables::limits(table)])),
                ("hint", &messages::wording(model, Message::Limits)),
            ],
        );
        let (bets, aside) = (root.at("bets"), root.at("aside"));
        Self {
            head: head::Head::find(&root),
            strip: root.at("notices"),
            video: video::Video::find(&root, table),
            bar: round::Bar::find(&root),
            summary: round::Summary::find(&root),
            rail: chips::Rail::find(&root, model),
            answer: messages::Answer::find(&root),
            game: match table.game {
                Game::Roulette => GameView::Roulette(roulette::View::build(&bets, &aside)),
                Game::Baccarat => GameView::Baccarat(baccarat::View::build(&bets, &aside)),
            },
            announced: root.at("announced"),
            health: Health::default(),
            shown: RefCell::default(),
            root,
        }
    }

    fn paint(&self, model: &Model) {
        self.root.set("data-phase", model.phase().map_or("", Phase::as_str));
        self.root.set("data-round", model.round().map_or("", |round| &round.round));
        self.root.set("data-feed", model.link.name());
        self.health.report(model.lost());
        self.head.paint(model);
        messages::paint_strip(&self.strip, model);
        self.video.paint(model);
        self.bar.paint(model);
        self.summary.paint(model);
        self.rail.paint(model);
        self.answer.paint(model);
        match &self.game {
            GameView::Roulette(view) => view.paint(model),
            GameView::Baccarat(view) => view.paint(model),
        }
    }

    fn paint_countdown(&self, model: &Model, left_ms: i64) {
        self.bar.paint_countdown(model, left_ms);
    }

    fn announce(&self, words: &str) {
        // The same words again, in another round, have to be said again.
        let again = *self.shown.borrow() == words;
        self.announced.write(&if again { concat(&[words, "\u{a0}"]) } else { words.to_owned() });
        self.shown.replace(if again { String::new() } else { words.to_owned() });
    }
}
