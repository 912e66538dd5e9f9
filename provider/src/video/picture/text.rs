//! Text on the picture: the outlines of one embedded typeface, read once.

use std::collections::BTreeMap;

use ab_glyph::{Font, FontRef, OutlineCurve};
use tiny_skia::{Color, Path, PathBuilder, Pixmap, Transform};

use super::draw::{fill, solid};

/// Inter, under the SIL Open Font License; see `assets/OFL.txt`.
const INTER: &[u8] = include_bytes!("../../../assets/Inter-SemiBold.otf");

/// Which characters a caption may hold; others are left out.
const CHARACTERS: [std::ops::RangeInclusive<char>; 3] = [' '..='~', '\u{a0}'..='\u{17f}', '\u{2010}'..='\u{2026}'];

/// The outlines of all characters.
#[derive(Debug)]
pub(super) struct Typeface {
    glyphs: BTreeMap<char, Glyph>,
    units_per_em: f32,
    /// The width of the widest digit, so that a running clock does not tremble.
    digit: f32,
}

#[derive(Debug)]
struct Glyph {
    outline: Option<Path>,
    advance: f32,
}

/// On which side of the given position the text stands.
#[derive(Clone, Copy, Debug)]
pub(super) enum Align {
    Start,
    Middle,
    End,
}

/// How a piece of text looks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    pub(super) size: f32,
    pub(super) color: Color,
    pub(super) align: Align,
    /// Added between two characters.
    pub(super) spacing: f32,
}

impl Style {
    pub(super) const fn new(size: f32, color: Color) -> Self {
        Self { size, color, align: Align::Start, spacing: 0.0 }
    }

    pub(super) const fn align(self, align: Align) -> Self {
        Self { align, ..self }
    }

    pub(super) const fn spacing(self, spacing: f32) -> Self {
        Self { spacing, ..self }
    }
}

impl Typeface {
    pub(super) fn new() -> Self {
        let font = FontRef::try_from_slice(INTER).expect("the embedded font is whole");
        let glyphs: BTreeMap<_, _> = CHARACTERS
            .into_iter()
            .flatten()
            .map(|character| {
                let id = font.glyph_id(character);
                let outline = font.outline(id).and_then(|outline| path(&outline.curves));
                (character, Glyph { outline, advance: font.h_advance_unscaled(id) })
            })
            .collect();
        let digit = ('0'..='9').filter_map(|digit| glyphs.get(&digit)).map(|glyph| glyph.advance).fold(0.0, f32::max);
        Self { units_per_em: font.units_per_em().unwrap_or(1000.0), glyphs, digit }
    }

    /// How wide a text will be.
    pub(super) fn width(&self, text: &str, style: &Style) -> f32 {
        let mut width = 0.0;
        for character in text.chars() {
            width += self.advance(character) * style.size / self.units_per_em + style.spacing;
        }
        width - style.spacing
    }

    /// Draws a line of text with its baseline at `y`.
    pub(super) fn draw(&self, canvas: &mut Pixmap, x: f32, y: f32, text: &str, style: &Style) {
        self.draw_at(canvas, text, style, Transform::from_translate(x, y));
    }

    /// Draws a line of text whose baseline starts at the origin of `at`.
    pub(super) fn draw_at(&self, canvas: &mut Pixmap, text: &str, style: &Style, at: Transform) {
        let mut x = match style.align {
            Align::Start => 0.0,
            Align::Middle => -self.width(text, style) / 2.0,
            Align::End => -self.width(text, style),
        };
        let scale = style.size / self.units_per_em;
        let paint = solid(style.color);
        for character in text.chars() {
            let advance = self.advance(character);
            if let Some(Glyph { outline: Some(outline), advance: natural }) = self.glyphs.get(&character) {
                let inset = (advance - natural) / 2.0 * scale;
                fill(canvas, outline, &paint, at.pre_translate(x + inset, 0.0).pre_scale(scale, scale));
            }
            x += advance * scale + style.spacing;
        }
    }

    fn advance(&self, character: char) -> f32 {
        if character.is_ascii_digit() {
            return self.digit;
        }
        self.glyphs.get(&character).map_or(0.0, |glyph| glyph.advance)
    }
}

/// A glyph's outline, with y downwards. Curves come in order; a new contour begins where a curve
/// does not start at the end of the one before.
fn path(curves: &[OutlineCurve]) -> Option<Path> {
    let mut path = PathBuilder::new();
    let mut pen = None;
    for curve in curves {
        let (start, end) = match curve {
            OutlineCurve::Line(a, b) => (*a, *b),
            OutlineCurve::Quad(a, _, c) => (*a, *c),
            OutlineCurve::Cubic(a, _, _, d) => (*a, *d),
        };
        if pen != Some(start) {
            if pen.is_some() {
                path.close();
            }
            path.move_to(start.x, -start.y);
        }
        match curve {
            OutlineCurve::Line(_, b) => path.line_to(b.x, -b.y),
            OutlineCurve::Quad(_, b, c) => path.quad_to(b.x, -b.y, c.x, -c.y),
            OutlineCurve::Cubic(_, b, c, d) => path.cubic_to(b.x, -b.y, c.x, -c.y, d.x, -d.y),
        }
        pen = Some(end);
    }
    if pen.is_some() {
        path.close();
    }
    path.finish()
}
