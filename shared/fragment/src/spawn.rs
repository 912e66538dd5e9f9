//! The one place where a future is set going.
//!
//! What a fragment awaits is promises, so the executor is no more than a list: a settled promise
//! polls the future that waits for it.

use crate::call::{Callback, callback};
use crate::instance::instance;
use crate::scope::{Key, keep_boxed};
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    /// What a request answers with.
    pub(crate) type Promise;
    #[wasm_bindgen(method, js_name = then)]
    fn on_settled(this: &Promise, resolved: &Callback, rejected: &Callback);
}

type Work = Pin<Box<dyn Future<Output = ()>>>;

/// A future that is not done.
struct Task {
    id: u32,
    /// Absent while it is polled.
    work: Option<Work>,
    /// Woken while it was polled.
    woken: bool,
    kept: Option<Key>,
}

/// The futures that are not done.
#[derive(Default)]
pub(crate) struct Tasks {
    list: RefCell<Vec<Task>>,
    next: Cell<u32>,
}

/// Runs a future in the background.
///
/// Spawned while a part of the view is set up, it ends with that part; from an event handler, with
/// the fragment. An ended future takes no further step: what comes after its `await` never runs.
pub fn spawn(future: impl Future<Output = ()> + 'static) {
    spawn_boxed(Box::pin(future));
}

fn spawn_boxed(work: Work) {
    let tasks = &instance().tasks;
    let id = tasks.next.replace(tasks.next.get().wrapping_add(1));
    let kept = Some(keep_boxed(Box::new(Running(id))));
    tasks.list.borrow_mut().push(Task { id, work: Some(work), woken: false, kept });
    step(id);
}

/// Ends the task with the scope that keeps this.
struct Running(u32);

impl Drop for Running {
    fn drop(&mut self) {
        // Outside the borrow: what a future holds may end others. After a panic somebody may be
        // inside.
        let task = instance().tasks.list.try_borrow_mut().ok().and_then(|mut tasks| {
            let index = tasks.iter().position(|task| task.id == self.0)?;
            Some(tasks.swap_remove(index))
        });
        drop(task);
    }
}

struct Awake(u32);

impl Wake for Awake {
    fn wake(self: Arc<Self>) {
        step(self.0);
    }
}

/// Runs a closure on a task, if there still is one of that number.
fn with_task<R>(id: u32, f: impl FnOnce(&mut Task) -> R) -> Option<R> {
    instance().tasks.list.borrow_mut().iter_mut().find(|task| task.id == id).map(f)
}

fn step(id: u32) {
    let taken = with_task(id, |task| {
        task.woken = task.work.is_none();
        task.work.take()
    });
    let Some(Some(mut work)) = taken else { return };
    let waker = Waker::from(Arc::new(Awake(id)));
    while work.as_mut().poll(&mut Context::from_waker(&waker)).is_pending() {
        let mut pending = Some(work);
        // One that has ended meanwhile is dropped here.
        let again = with_task(id, |task| {
            let woken = std::mem::take(&mut task.woken);
            if !woken {
                task.work = pending.take();
            }
            woken
        });
        match pending {
            Some(woken) if again == Some(true) => work = woken,
            _ => return,
        }
    }
    if let Some(kept) = with_task(id, |task| task.kept.take()).flatten() {
        kept.end();
    }
}

/// Waits for a promise.
pub(crate) async fn settled(promise: &Promise) -> Result<JsValue, JsValue> {
    let settling = Rc::new(Settling::default());
    let on = |wrap: fn(JsValue) -> Result<JsValue, JsValue>| {
        let settling = settling.clone();
        callback(move |value| settling.settle(wrap(value)))
    };
    let callbacks = [on(Ok), on(Err)];
    promise.on_settled(&callbacks[0], &callbacks[1]);
    settling.callbacks.replace(Some(callbacks));
    std::future::poll_fn(|context| match settling.outcome.take() {
        Some(outcome) => Poll::Ready(outcome),
        None => {
            settling.waker.replace(Some(context.waker().clone()));
            Poll::Pending
        }
    })
    .await
}

/// A promise's two callbacks and their outcome. The callbacks hold it and it holds them, so that a
/// promise that settles after its future was dropped still finds something to call.
#[derive(Default)]
struct Settling {
    outcome: RefCell<Option<Result<JsValue, JsValue>>>,
    waker: RefCell<Option<Waker>>,
    callbacks: RefCell<Option<[Callback; 2]>>,
}

impl Settling {
    fn settle(&self, outcome: Result<JsValue, JsValue>) {
        self.outcome.replace(Some(outcome));
        // One of the two is running: it is let go once it has returned.
        let done = self.callbacks.take();
        let waker = self.waker.take();
        if let Some(waker) = waker {
            waker.wake();
        }
        drop(done);
    }
}
