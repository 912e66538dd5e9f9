//! The one place where a future is set going.

use crate::lifetime;
use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;

/// Clears the flag that its future looks at before each step.
struct Running(Rc<Cell<bool>>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

/// Runs a future in the background.
///
/// Spawned while a component is set up, it ends with that component; from an event handler, with
/// the fragment. An ended future takes no further step: what comes after its `await` never runs.
pub fn spawn(future: impl Future<Output = ()> + 'static) {
    spawn_boxed(Box::pin(future));
}

fn spawn_boxed(mut future: Pin<Box<dyn Future<Output = ()>>>) {
    let running = Rc::new(Cell::new(true));
    let id = lifetime::keep(Running(running.clone()));
    wasm_bindgen_futures::spawn_local(async move {
        poll_fn(|context| if running.get() { future.as_mut().poll(context) } else { Poll::Ready(()) }).await;
        lifetime::end(id);
    });
}
