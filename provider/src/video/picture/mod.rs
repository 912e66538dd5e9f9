//! What the camera shows: a scene and an instant in, pixels out.
//!
//! A [`Studio`] draws everything that stands still once, when it is built; a frame then costs a
//! copy of that, the moving parts, and the captions.

mod baccarat;
mod caption;
mod card;
mod dealer;
mod draw;
pub mod motion;
mod roulette;
mod text;

use contract::live::Game;
use tiny_skia::{Pixmap, Transform};

pub use baccarat::{Placed, placed, points};

use self::baccarat::Baccarat;
use self::roulette::Roulette;
use self::text::Typeface;
use super::{HEIGHT, WIDTH};
use crate::scene::Scene;

/// A table's set: its static layers, its wheel or its cards, and the typeface.
#[derive(Debug)]
pub struct Studio {
    set: Set,
    type_face: Typeface,
}

#[derive(Debug)]
enum Set {
    Roulette(Roulette),
    Baccarat(Baccarat),
}

impl Studio {
    /// Builds the set of a game.
    #[must_use]
    pub fn new(game: Game) -> Self {
        let type_face = Typeface::new();
        let set = match game {
            Game::Roulette => Set::Roulette(Roulette::new(&type_face)),
            Game::Baccarat => Set::Baccarat(Baccarat::new(&type_face)),
        };
        Self { set, type_face }
    }

    /// Draws the scene as it is at `now_ms`; every pixel of `canvas` is replaced.
    pub fn render(&self, scene: &Scene, now_ms: i64, canvas: &mut Pixmap) {
        match &self.set {
            Set::Roulette(roulette) => roulette.draw(canvas, scene, now_ms),
            Set::Baccarat(baccarat) => baccarat.draw(canvas, &self.type_face, scene, now_ms),
        }
        caption::draw(canvas, &self.type_face, scene, now_ms);
    }
}

/// An empty canvas of the video's size.
#[must_use]
pub fn canvas() -> Pixmap {
    draw::pixmap(u32::from(WIDTH), u32::from(HEIGHT))
}

/// Replaces the whole canvas by a layer of the same size.
fn restore(canvas: &mut Pixmap, layer: &Pixmap) {
    canvas.data_mut().copy_from_slice(layer.data());
}

const IDENTITY: Transform = Transform { sx: 1.0, kx: 0.0, ky: 0.0, sy: 1.0, tx: 0.0, ty: 0.0 };
