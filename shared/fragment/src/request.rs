//! A request on its way, and why it may give no answer to work with.

use contract::problem::{Code, Problem};
use contract::wire::{Decode, WireError};
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};
use wasm_bindgen::JsValue;

/// What the shell answers: the body of a success.
pub(crate) type Reply = Pin<Box<dyn Future<Output = Result<JsValue, RequestError>>>>;

/// A request that the shell makes; await it. It is made even if nobody does.
///
/// Not an `async fn`: a future of this kind is a pointer, one of that kind a state machine that is
/// written out for each place that asks.
#[must_use]
pub struct Request<T> {
    reply: Reply,
    read: PhantomData<fn() -> T>,
}

impl<T> Request<T> {
    pub(crate) fn new(reply: Reply) -> Self {
        Self { reply, read: PhantomData }
    }
}

impl<T: Decode> Future for Request<T> {
    type Output = Result<T, RequestError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let reply = self.reply.as_mut().poll(context);
        reply.map(|body| js_wire::read(&body?).map_err(RequestError::Malformed))
    }
}

/// A request through the shell failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestError {
    /// The server says no, and why.
    Problem(Problem),
    /// The server could not be reached.
    Offline,
    /// No answer within the shell's deadline. A command may or may not have been carried out:
    /// repeat it under the same key.
    Timeout,
    /// The manifest does not grant this fragment that request.
    NotGranted,
    /// The answer does not have the shape that the contract gives it.
    Malformed(WireError),
}

impl RequestError {
    /// The kind of problem, where the server named one that this version knows.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::Problem(problem) => problem.code(),
            _ => None,
        }
    }

    /// In words, for the operator.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Problem(problem) => problem.detail.clone(),
            Self::Offline => "the server cannot be reached".to_owned(),
            Self::Timeout => "no answer in time".to_owned(),
            Self::NotGranted => "not granted to this fragment".to_owned(),
            Self::Malformed(error) => error.text(),
        }
    }

    /// The shell rejects with an `Error` whose name tells the causes apart.
    pub(crate) fn from_rejection(rejection: &JsValue) -> Self {
        match js_wire::member(rejection, "name").as_string().as_deref() {
            Some("Timeout") => Self::Timeout,
            Some("NotGranted") => Self::NotGranted,
            _ => Self::Offline,
        }
    }
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl std::error::Error for RequestError {}
