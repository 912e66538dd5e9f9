//! What is on the screen. Classes are those of components.css and style.css.

use contract::event::SessionChanged;
use contract::live::Tables;
use fragment::host;
use fragment::text::{count, text, text_with};
use yew::{Html, UseStateHandle, component, html, use_effect_with, use_state};

use crate::tables::{self, Line};

/// What is known of the tables.
#[derive(Clone, Default, PartialEq)]
struct Known {
    /// Absent until the first answer.
    lines: Option<Vec<Line>>,
    failed: bool,
    busy: bool,
}

/// The fragment.
#[component]
pub(crate) fn App() -> Html {
    let player = use_state(|| None::<String>);
    let known = use_state(Known::default);
    {
        let (player, known) = (player.clone(), known.clone());
        use_effect_with((), move |()| {
            host().subscribe(SessionChanged, move |session| player.set(session.player.map(|player| player.name)));
            ask(known);
        });
    }
    let hello = match &*player {
        Some(name) => text_with("hello", &[("name", name)]),
        None => text("hello-visitor"),
    };
    let refresh = {
        let known = known.clone();
        move |_| ask(known.clone())
    };
    html! {
        <section class="app" aria-labelledby="{{name}}-title" data-test="{{name}}">
            <div class="card stack">
                <div class="row row--apart">
                    <h2 id="{{name}}-title">{ text("title") }</h2>
                    <button
                        type="button"
                        class="button button--quiet button--small"
                        aria-busy={known.busy.to_string()}
                        data-test="refresh"
                        onclick={refresh}
                    >
                        { text("refresh") }
                    </button>
                </div>
                <p class="muted" data-test="hello">{ hello }</p>
                if known.failed {
                    { failure() }
                }
                if let Some(lines) = &known.lines {
                    { list(lines) }
                } else if !known.failed {
                    { waiting() }
                }
            </div>
        </section>
    }
}

/// Asks for the tables, once at a time. What was known stays until there is an answer.
fn ask(known: UseStateHandle<Known>) {
    if known.busy {
        return;
    }
    let before = Known { busy: true, ..(*known).clone() };
    known.set(before.clone());
    fragment::spawn(async move {
        known.set(match host().get::<Tables>("/api/live/tables").await {
            Ok(answer) => {
                host().healthy();
                Known { lines: Some(tables::lines(&answer)), failed: false, busy: false }
            }
            Err(error) => {
                // The slot says so to the shell; the fragment goes on.
                host().degraded(&error.text());
                Known { failed: true, busy: false, ..before }
            }
        });
    });
}

fn waiting() -> Html {
    html! {
        <div class="skeleton" role="status" data-test="loading">
            <i></i>
            <i></i>
            <i></i>
            <span class="visually-hidden">{ text("loading") }</span>
        </div>
    }
}

fn failure() -> Html {
    html! {
        <div class="notice notice--warning" role="alert" data-test="failed">
            <span class="icon icon--warning" aria-hidden="true"></span>
            <p>{ text("failed") }</p>
        </div>
    }
}

fn list(lines: &[Line]) -> Html {
    if lines.is_empty() {
        return html! {
            <div class="empty" data-test="none">
                <span class="icon icon--clock" aria-hidden="true"></span>
                <strong>{ text("none") }</strong>
                <p>{ text("none-text") }</p>
            </div>
        };
    }
    html! {
        <>
            <p class="figures small" role="status" data-test="seated">
                { count("seated", tables::seated(lines), &[]) }
            </p>
            <ul class="tables" data-test="tables">{ for lines.iter().map(row) }</ul>
        </>
    }
}

fn row(line: &Line) -> Html {
    html! {
        <li key={line.id.clone()} class="tables__table" data-test="table" data-table={line.id.clone()}>
            <a class="link" href={format!("/live/{}", line.id)}>{ &line.name }</a>
            <span class="chip figures">{ count("at-table", i64::from(line.seated), &[]) }</span>
            <span class="muted small">{ text_with("dealt-by", &[("dealer", &line.dealer)]) }</span>
        </li>
    }
}
