//! What is on the screen. Classes are those of components.css and style.css.

use contract::event::SessionChanged;
use contract::live::Tables;
use fragment::host;
use fragment::text::{count, text, text_with};
use leptos::prelude::*;

use crate::tables::{self, Line};

/// The fragment.
#[component]
pub fn App() -> impl IntoView {
    let session = fragment::leptos::latest(SessionChanged);
    let hello = move || match session.get().and_then(|session| session.player) {
        Some(player) => text_with("hello", &[("name", &player.name)]),
        None => text("hello-visitor"),
    };
    let lines = RwSignal::new(None::<Vec<Line>>);
    let failed = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let refresh = move || ask(lines, failed, busy);
    refresh();
    view! {
        <section class="app" aria-labelledby="{{name}}-title" data-test="{{name}}">
            <div class="card stack">
                <div class="row row--apart">
                    <h2 id="{{name}}-title">{text("title")}</h2>
                    <button
                        type="button"
                        class="button button--quiet button--small"
                        aria-busy=move || busy.get().to_string()
                        data-test="refresh"
                        on:click=move |_| refresh()
                    >
                        {text("refresh")}
                    </button>
                </div>
                <p class="muted" data-test="hello">{hello}</p>
                {move || failed.get().then(failure)}
                {move || match lines.get() {
                    Some(lines) => list(lines).into_any(),
                    None if failed.get() => ().into_any(),
                    None => waiting().into_any(),
                }}
            </div>
        </section>
    }
}

/// Asks for the tables, once at a time. What was known stays until there is an answer.
fn ask(lines: RwSignal<Option<Vec<Line>>>, failed: RwSignal<bool>, busy: RwSignal<bool>) {
    if busy.get_untracked() {
        return;
    }
    busy.set(true);
    fragment::spawn(async move {
        match host().get::<Tables>("/api/live/tables").await {
            Ok(answer) => {
                lines.set(Some(tables::lines(&answer)));
                failed.set(false);
                host().healthy();
            }
            Err(error) => {
                failed.set(true);
                // The slot says so to the shell; the fragment goes on.
                host().degraded(&error.text());
            }
        }
        busy.set(false);
    });
}

fn waiting() -> impl IntoView {
    view! {
        <div class="skeleton" role="status" data-test="loading">
            <i></i>
            <i></i>
            <i></i>
            <span class="visually-hidden">{text("loading")}</span>
        </div>
    }
}

fn failure() -> impl IntoView {
    view! {
        <div class="notice notice--warning" role="alert" data-test="failed">
            <span class="icon icon--warning" aria-hidden="true"></span>
            <p>{text("failed")}</p>
        </div>
    }
}

fn list(lines: Vec<Line>) -> impl IntoView {
    if lines.is_empty() {
        return view! {
            <div class="empty" data-test="none">
                <span class="icon icon--clock" aria-hidden="true"></span>
                <strong>{text("none")}</strong>
                <p>{text("none-text")}</p>
            </div>
        }
        .into_any();
    }
    let seated = count("seated", tables::seated(&lines), &[]);
    view! {
        <p class="figures small" role="status" data-test="seated">{seated}</p>
        <ul class="tables" data-test="tables">{lines.into_iter().map(row).collect_view()}</ul>
    }
    .into_any()
}

fn row(line: Line) -> impl IntoView {
    let path = format!("/live/{}", line.id);
    view! {
        <li class="tables__table" data-test="table" data-table=line.id>
            <a class="link" href=path>{line.name}</a>
            <span class="chip figures">{count("at-table", i64::from(line.seated), &[])}</span>
            <span class="muted small">{text_with("dealt-by", &[("dealer", &line.dealer)])}</span>
        </li>
    }
}
