//! What is called back: by the reactive part, by a timer, by the browser.
//!
//! One closure type crosses to JavaScript. A second one would bring a second copy of
//! wasm-bindgen's machinery into every fragment.

use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;

/// Something to be called back. Not a `dyn Fn`: the compiler writes the body of a closure out once
/// more for each way in which a boxed function can be called, and this has a single way.
pub trait Call<In, Out> {
    /// Calls it.
    fn call(&self, input: In) -> Out;
}

impl<In, Out, F: Fn(In) -> Out> Call<In, Out> for F {
    fn call(&self, input: In) -> Out {
        self(input)
    }
}

/// A function for JavaScript; what it is not given is undefined. It must be kept for as long as
/// JavaScript may call it.
pub type Callback = Closure<dyn Fn(JsValue)>;

/// Makes one.
#[must_use]
pub fn callback(f: impl Fn(JsValue) + 'static) -> Callback {
    boxed(Box::new(f))
}

#[inline(never)]
fn boxed(f: Box<dyn Call<JsValue, ()>>) -> Callback {
    Closure::new(move |value| f.call(value))
}
