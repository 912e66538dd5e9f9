//! The dealer: a calm figure in house dress, cut off by the table's edge.

use tiny_skia::{Paint, PathBuilder, Pixmap};

use super::IDENTITY;
use super::draw::{fill, linear, rgb, solid};

const MIDDLE: f32 = 320.0;
const SKIN: u32 = 0xd9_a883;
const SKIN_SHADE: u32 = 0xb5_8260;
const HAIR: u32 = 0x2a_1a14;

pub(super) fn draw(room: &mut Pixmap) {
    back_of_the_hair(room);
    shirt(room);
    neck(room);
    for side in [-1.0, 1.0] {
        waistcoat(room, side);
    }
    head(room);
    fringe(room);
    bow_tie(room);
}

fn shape(room: &mut Pixmap, paint: &Paint<'_>, outline: impl FnOnce(&mut PathBuilder)) {
    let mut path = PathBuilder::new();
    outline(&mut path);
    path.close();
    if let Some(path) = path.finish() {
        fill(room, &path, paint, IDENTITY);
    }
}

fn back_of_the_hair(room: &mut Pixmap) {
    shape(room, &solid(rgb(HAIR)), |path| {
        path.move_to(MIDDLE - 23.0, 43.0);
        path.cubic_to(MIDDLE - 23.0, 8.0, MIDDLE + 23.0, 8.0, MIDDLE + 23.0, 43.0);
        path.cubic_to(MIDDLE + 23.0, 78.0, MIDDLE - 23.0, 78.0, MIDDLE - 23.0, 43.0);
    });
}

fn shirt(room: &mut Pixmap) {
    let cloth = linear((0.0, 84.0), (0.0, 140.0), &[(0.0, rgb(0xf3_f0e8)), (1.0, rgb(0xc9_c8c0))]);
    shape(room, &cloth, |path| {
        path.move_to(MIDDLE - 70.0, 140.0);
        path.cubic_to(MIDDLE - 70.0, 104.0, MIDDLE - 54.0, 92.0, MIDDLE - 20.0, 84.0);
        path.line_to(MIDDLE + 20.0, 84.0);
        path.cubic_to(MIDDLE + 54.0, 92.0, MIDDLE + 70.0, 104.0, MIDDLE + 70.0, 140.0);
    });
}

/// Darker at the top, where the chin throws its shadow.
fn neck(room: &mut Pixmap) {
    let skin = linear((0.0, 62.0), (0.0, 92.0), &[(0.0, rgb(0x9a_6a4b)), (0.6, rgb(SKIN_SHADE))]);
    shape(room, &skin, |path| {
        path.move_to(MIDDLE - 11.0, 62.0);
        path.line_to(MIDDLE + 11.0, 62.0);
        path.line_to(MIDDLE + 11.0, 84.0);
        path.quad_to(MIDDLE, 98.0, MIDDLE - 11.0, 84.0);
    });
}

/// One half of it; `side` is −1 or 1.
fn waistcoat(room: &mut Pixmap, side: f32) {
    let cloth = linear((280.0, 84.0), (360.0, 140.0), &[(0.0, rgb(0x1b_4a3c)), (1.0, rgb(0x0c_2a21))]);
    shape(room, &cloth, |path| {
        path.move_to(MIDDLE + side * 14.0, 83.0);
        path.line_to(MIDDLE + side * 36.0, 88.0);
        path.cubic_to(MIDDLE + side * 46.0, 104.0, MIDDLE + side * 48.0, 120.0, MIDDLE + side * 48.0, 142.0);
        path.line_to(MIDDLE - side, 142.0);
        path.line_to(MIDDLE - side, 124.0);
    });
}

fn head(room: &mut Pixmap) {
    let skin = linear((304.0, 0.0), (340.0, 0.0), &[(0.0, rgb(SKIN)), (0.65, rgb(SKIN)), (1.0, rgb(SKIN_SHADE))]);
    shape(room, &skin, |path| {
        path.move_to(MIDDLE - 18.5, 40.0);
        path.cubic_to(MIDDLE - 18.5, 22.0, MIDDLE + 18.5, 22.0, MIDDLE + 18.5, 40.0);
        path.cubic_to(MIDDLE + 18.5, 60.0, MIDDLE + 10.0, 72.0, MIDDLE, 72.0);
        path.cubic_to(MIDDLE - 10.0, 72.0, MIDDLE - 18.5, 60.0, MIDDLE - 18.5, 40.0);
    });
}

fn fringe(room: &mut Pixmap) {
    let hair = linear((0.0, 14.0), (0.0, 46.0), &[(0.0, rgb(0x4a_3025)), (1.0, rgb(HAIR))]);
    shape(room, &hair, |path| {
        path.move_to(MIDDLE - 21.0, 46.0);
        path.cubic_to(MIDDLE - 24.0, 10.0, MIDDLE + 24.0, 10.0, MIDDLE + 21.0, 46.0);
        path.cubic_to(MIDDLE + 19.0, 36.0, MIDDLE + 13.0, 30.0, MIDDLE + 5.0, 29.0);
        path.cubic_to(MIDDLE - 4.0, 34.0, MIDDLE - 16.0, 34.0, MIDDLE - 21.0, 46.0);
    });
}

fn bow_tie(room: &mut Pixmap) {
    shape(room, &solid(rgb(0x1a_1a1c)), |path| {
        path.move_to(MIDDLE, 90.0);
        path.line_to(MIDDLE - 12.0, 84.0);
        path.line_to(MIDDLE - 12.0, 98.0);
        path.line_to(MIDDLE, 92.5);
        path.line_to(MIDDLE + 12.0, 98.0);
        path.line_to(MIDDLE + 12.0, 84.0);
    });
}
