//! A few cells of the failure matrix, for every run of the scenarios; all of them are played by
//! `cargo croupier chaos`.

use anyhow::{Result, ensure};
use scenarios::browser::Engine;
use scenarios::chaos::cell;
use scenarios::chaos::gallery::{Fault, Placement};

/// What becomes of the rogue, what the player sees, the neighbours and the ledger are as stated.
async fn as_stated(fault: &str, placement: Placement) -> Result<()> {
    as_stated_in(Engine::Chromium, fault, placement).await
}

async fn as_stated_in(engine: Engine, fault: &str, placement: Placement) -> Result<()> {
    let fault = Fault::named(fault).expect("a fault of the gallery");
    let row = cell::run(fault, placement, engine).await?;
    if let Some(block_ms) = row.block_ms {
        println!("figure: {}: the page did not react for {block_ms} ms, with the driver's own questions", row.what);
    }
    ensure!(row.missed.is_empty(), "{}: {row:#?}", row.missed);
    ensure!(row.contained() && row.neighbours_alive() && row.ledger_balanced, "{row:#?}");
    ensure!(row.sees.starts_with("it is back after") == row.recovery_ms.is_some(), "the player sees {:?}", row.sees);
    Ok(())
}

#[tokio::test]
async fn a_panic_in_an_async_task() -> Result<()> {
    as_stated("panic-async", Placement::Document).await
}

#[tokio::test]
async fn a_trap() -> Result<()> {
    as_stated("trap", Placement::Document).await
}

#[tokio::test]
async fn a_stack_that_overflows() -> Result<()> {
    as_stated("stack-overflow", Placement::Document).await
}

#[tokio::test]
async fn a_memory_that_is_full() -> Result<()> {
    as_stated("memory", Placement::Document).await
}

#[tokio::test]
async fn a_loop_without_end() -> Result<()> {
    as_stated("loop", Placement::Document).await
}

#[tokio::test]
async fn a_flood_of_the_bus() -> Result<()> {
    as_stated("flood-bus", Placement::Document).await
}

#[tokio::test]
async fn garbage_on_the_bus() -> Result<()> {
    as_stated("garbage", Placement::Document).await
}

#[tokio::test]
async fn a_module_that_throws_at_import() -> Result<()> {
    as_stated("import-throws", Placement::Document).await
}

#[tokio::test]
async fn a_loop_in_javascript_in_a_frame() -> Result<()> {
    as_stated("loop-js", Placement::Frame).await
}

#[tokio::test]
async fn a_panic_in_an_effect_of_yew() -> Result<()> {
    as_stated("yew-panic-effect", Placement::Document).await
}

#[tokio::test]
async fn a_render_in_preact_that_throws() -> Result<()> {
    as_stated("preact-throw-render", Placement::Document).await
}

#[tokio::test]
async fn a_trap_in_firefox() -> Result<()> {
    as_stated_in(Engine::Firefox, "trap", Placement::Document).await
}

#[tokio::test]
async fn a_loop_without_end_in_firefox() -> Result<()> {
    as_stated_in(Engine::Firefox, "loop", Placement::Document).await
}

#[tokio::test]
async fn a_loop_in_javascript_in_a_frame_in_firefox() -> Result<()> {
    as_stated_in(Engine::Firefox, "loop-js", Placement::Frame).await
}
