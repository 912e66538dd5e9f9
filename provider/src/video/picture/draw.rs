//! Shapes and paints: the little that the sets need on top of the rasteriser.

use std::f64::consts::FRAC_PI_2;

use tiny_skia::{
    Color, FillRule, FilterQuality, GradientStop, LinearGradient, Paint, Path, PathBuilder, Pixmap, PixmapPaint, Point,
    RadialGradient, Rect, Shader, SpreadMode, Stroke, SweepGradient, Transform,
};

use super::IDENTITY;

pub(super) const IVORY: u32 = 0xf4_efe2;
pub(super) const MUTED: u32 = 0xa3_b3ab;
pub(super) const BRASS: u32 = 0xe0_bb74;
pub(super) const RED: u32 = 0xc4_2f35;
pub(super) const BLACK: u32 = 0x1d_2321;
pub(super) const GREEN: u32 = 0x12_805c;
pub(super) const BLUE: u32 = 0x2b_6cb0;

/// A position or a length for the rasteriser, which counts in single precision.
#[expect(clippy::cast_possible_truncation, reason = "a pixel's position needs no double precision")]
pub(super) const fn px(value: f64) -> f32 {
    value as f32
}

/// An empty layer.
pub(super) fn pixmap(width: u32, height: u32) -> Pixmap {
    Pixmap::new(width, height).expect("layers have sizes above zero")
}

/// An opaque colour from `0xrrggbb`.
pub(super) fn rgb(hex: u32) -> Color {
    let [_, red, green, blue] = hex.to_be_bytes();
    Color::from_rgba8(red, green, blue, 255)
}

/// A translucent colour.
pub(super) fn rgba(hex: u32, alpha: f32) -> Color {
    let mut color = rgb(hex);
    color.set_alpha(alpha.clamp(0.0, 1.0));
    color
}

pub(super) fn solid(color: Color) -> Paint<'static> {
    shaded(Some(Shader::SolidColor(color)))
}

fn shaded(shader: Option<Shader<'static>>) -> Paint<'static> {
    Paint { shader: shader.unwrap_or(Shader::SolidColor(Color::TRANSPARENT)), ..Paint::default() }
}

fn stops(colors: &[(f32, Color)]) -> Vec<GradientStop> {
    colors.iter().map(|(at, color)| GradientStop::new(*at, *color)).collect()
}

pub(super) fn linear(from: (f32, f32), to: (f32, f32), colors: &[(f32, Color)]) -> Paint<'static> {
    let (from, to) = (Point::from_xy(from.0, from.1), Point::from_xy(to.0, to.1));
    shaded(LinearGradient::new(from, to, stops(colors), SpreadMode::Pad, IDENTITY))
}

pub(super) fn radial(center: (f32, f32), radius: f32, colors: &[(f32, Color)]) -> Paint<'static> {
    let center = Point::from_xy(center.0, center.1);
    shaded(RadialGradient::new(center, 0.0, center, radius, stops(colors), SpreadMode::Pad, IDENTITY))
}

/// A gradient around a centre, like light on turned metal.
pub(super) fn sweep(center: (f32, f32), colors: &[(f32, Color)]) -> Paint<'static> {
    let center = Point::from_xy(center.0, center.1);
    shaded(SweepGradient::new(center, 0.0, 360.0, stops(colors), SpreadMode::Pad, IDENTITY))
}

pub(super) fn fill(canvas: &mut Pixmap, path: &Path, paint: &Paint<'_>, at: Transform) {
    canvas.fill_path(path, paint, FillRule::Winding, at, None);
}

pub(super) fn line(canvas: &mut Pixmap, path: &Path, paint: &Paint<'_>, width: f32, at: Transform) {
    canvas.stroke_path(path, paint, &Stroke { width, ..Stroke::default() }, at, None);
}

pub(super) fn circle(canvas: &mut Pixmap, x: f32, y: f32, radius: f32, paint: &Paint<'_>) {
    if let Some(path) = PathBuilder::from_circle(x, y, radius) {
        fill(canvas, &path, paint, IDENTITY);
    }
}

pub(super) fn ring(canvas: &mut Pixmap, x: f32, y: f32, radius: f32, width: f32, paint: &Paint<'_>) {
    if let Some(path) = PathBuilder::from_circle(x, y, radius) {
        line(canvas, &path, paint, width, IDENTITY);
    }
}

/// The whole canvas.
pub(super) fn flood(canvas: &mut Pixmap, paint: &Paint<'_>) {
    let (width, height) = (px(f64::from(canvas.width())), px(f64::from(canvas.height())));
    if let Some(all) = Rect::from_xywh(0.0, 0.0, width, height) {
        canvas.fill_rect(all, paint, IDENTITY, None);
    }
}

/// Copies a layer, moved and turned by `at`.
pub(super) fn blit(canvas: &mut Pixmap, layer: &Pixmap, at: Transform) {
    let paint = PixmapPaint { quality: FilterQuality::Bilinear, ..PixmapPaint::default() };
    canvas.draw_pixmap(0, 0, layer.as_ref(), &paint, at, None);
}

/// A rectangle with round corners.
pub(super) fn rounded(x: f32, y: f32, width: f32, height: f32, radius: f32) -> Path {
    // A cubic with its handles here is a quarter of a circle to a thousandth.
    let handle = radius * 0.447_7;
    let (right, bottom) = (x + width, y + height);
    let mut path = PathBuilder::new();
    path.move_to(x + radius, y);
    path.line_to(right - radius, y);
    path.cubic_to(right - handle, y, right, y + handle, right, y + radius);
    path.line_to(right, bottom - radius);
    path.cubic_to(right, bottom - handle, right - handle, bottom, right - radius, bottom);
    path.line_to(x + radius, bottom);
    path.cubic_to(x + handle, bottom, x, bottom - handle, x, bottom - radius);
    path.line_to(x, y + radius);
    path.cubic_to(x, y + handle, x + handle, y, x + radius, y);
    path.close();
    path.finish().expect("a rectangle has an area")
}

/// A point by its distance from a centre and its angle, clockwise from the top.
pub(super) fn polar(center: (f32, f32), radius: f64, angle: f64) -> (f32, f32) {
    (center.0 + px(radius * angle.sin()), center.1 - px(radius * angle.cos()))
}

/// A piece of a ring around the origin; `to - from` must be less than a quarter turn.
pub(super) fn sector(inner: f64, outer: f64, from: f64, to: f64) -> Path {
    debug_assert!(to > from && to - from < FRAC_PI_2);
    let center = (0.0, 0.0);
    // Handles along the tangents, as long as a circle's arc needs them.
    let reach = 4.0 / 3.0 * ((to - from) / 4.0).tan();
    let handle = |radius: f64, angle: f64, direction: f64| {
        let (x, y) = polar(center, radius, angle);
        (x + px(direction * reach * radius * angle.cos()), y + px(direction * reach * radius * angle.sin()))
    };
    let mut path = PathBuilder::new();
    let start = polar(center, outer, from);
    path.move_to(start.0, start.1);
    let (a, b, end) = (handle(outer, from, 1.0), handle(outer, to, -1.0), polar(center, outer, to));
    path.cubic_to(a.0, a.1, b.0, b.1, end.0, end.1);
    let back = polar(center, inner, to);
    path.line_to(back.0, back.1);
    let (a, b, end) = (handle(inner, to, -1.0), handle(inner, from, 1.0), polar(center, inner, from));
    path.cubic_to(a.0, a.1, b.0, b.1, end.0, end.1);
    path.close();
    path.finish().expect("a sector has an area")
}

/// A weave as fine as a pixel: it hides the steps that eight bits leave in a soft gradient.
pub(super) fn weave(canvas: &mut Pixmap, depth: i16) {
    let mut state = 0x2545_f491_u32;
    for pixel in canvas.data_mut().chunks_exact_mut(4) {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [noise, ..] = state.to_be_bytes();
        let shift = i16::from(noise) % (2 * depth + 1) - depth;
        for channel in &mut pixel[..3] {
            *channel = u8::try_from((i16::from(*channel) + shift).clamp(0, 255)).unwrap_or_default();
        }
    }
}
