//! Puts a scene on a canvas. What did not change since the last time is not drawn again: the ground and the movement
//! have sheets of their own, which are laid over each other. Colours come from the style sheet, so that both schemes are
//! one set of commands.

use gloo::utils::document;
use pulse_dashboard_raster::Picture;
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d as Context, HtmlCanvasElement, ImageData};

use super::{brush::Brush, device_pixel_ratio, palette::Palette};
use crate::map::{Draw, Frame, Ink, MovementSheet, Paint, Scene};

/// What a canvas is to show.
#[derive(Debug, Clone, PartialEq)]
pub struct Sight {
    /// The map.
    pub scene: Scene,
    /// Which part of it.
    pub frame: Frame,
    /// What is asked about.
    pub ring: Option<Draw>,
    /// Changes with the colours.
    pub look: u32,
}

/// Paints one canvas, again and again.
#[derive(Default)]
pub struct Painter {
    palette: Palette,
    ground: Option<Sheet>,
    movement: Option<Sheet>,
    trails: Option<MovementSheet>,
    /// What the sheets show.
    shown: Option<(Sight, f64)>,
}

impl Painter {
    /// Shows `sight` on `canvas`, as sharp as the screen.
    pub fn paint(&mut self, canvas: &HtmlCanvasElement, sight: &Sight) -> Option<()> {
        let Sight { scene, frame, ring, look } = sight;
        let ratio = frame.pixel_ratio(device_pixel_ratio());
        let size = ((frame.width * ratio).round() as u32, (frame.height * ratio).round() as u32);
        self.palette.read(canvas, *look);
        let is_same = self.shown.as_ref().is_some_and(|(shown, at)| {
            (shown.frame, shown.look, *at) == (*frame, *look, ratio) && shown.scene.is_still(scene)
        });
        if !is_same {
            let sheet = Sheet::sized(&mut self.ground, size)?;
            sheet.context.clear_rect(0.0, 0.0, size.0.into(), size.1.into());
            draw_all(&sheet.context, &self.palette, ratio, &scene.ground(frame));
        }
        let moves = self.draw_movement(sight, size, ratio, is_same);
        self.shown = Some((sight.clone(), ratio));

        resize(canvas, size);
        let context: Context = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        // These setters fail only for a context that is gone, and then nothing is seen anyway.
        let _ = context.reset_transform();
        context.set_global_alpha(1.0);
        context.clear_rect(0.0, 0.0, size.0.into(), size.1.into());
        let sheets = [self.ground.as_ref(), self.movement.as_ref().filter(|_| moves.is_some())];
        for sheet in sheets.into_iter().flatten() {
            let _ = context.draw_image_with_html_canvas_element(&sheet.canvas, 0.0, 0.0);
        }
        let mut over = scene.over(frame);
        over.extend(ring.clone());
        draw_all(&context, &self.palette, ratio, &over);
        Some(())
    }

    /// Brings the sheet of the movement up to date; none when there is nothing to lay over the ground.
    fn draw_movement(&mut self, sight: &Sight, size: (u32, u32), ratio: f64, is_same: bool) -> Option<()> {
        let movement = sight.scene.movement()?;
        match &mut self.trails {
            Some(trails) if is_same && trails.fits(&movement, sight.frame) => {}
            Some(trails) if trails.size() == (size.0 as usize, size.1 as usize) => {
                trails.turn_to(&movement, sight.frame, ratio);
            }
            trails => *trails = MovementSheet::new(&movement, sight.frame, ratio),
        }
        let trails = self.trails.as_mut()?;
        trails.show(movement.until);
        let (picture, rows) = trails.picture(self.palette.rgb(Paint::Move));
        let sheet = Sheet::sized(&mut self.movement, size)?;
        if !rows.is_empty() {
            let row = size.0 as usize * 4;
            let changed = &picture[rows.start * row..rows.end * row];
            sheet.put(changed, size.0, rows.start as f64)?;
        }
        Some(())
    }
}

/// Draws commands on a canvas of the page, once.
pub fn paint_picture(canvas: &HtmlCanvasElement, frame: &Frame, draws: &[Draw]) -> Option<()> {
    let mut palette = Palette::default();
    palette.read(canvas, 0);
    resize(canvas, (frame.width.round() as u32, frame.height.round() as u32));
    let context: Context = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    draw_all(&context, &palette, 1.0, draws);
    Some(())
}

/// A canvas that is not shown.
struct Sheet {
    canvas: HtmlCanvasElement,
    context: Context,
}

impl Sheet {
    fn new() -> Option<Self> {
        let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
        let context = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        Some(Self { canvas, context })
    }

    /// The sheet, with that many pixels.
    fn sized(slot: &mut Option<Self>, size: (u32, u32)) -> Option<&mut Self> {
        if slot.is_none() {
            *slot = Self::new();
        }
        let sheet = slot.as_mut()?;
        resize(&sheet.canvas, size);
        Some(sheet)
    }

    /// Replaces rows from `top` on.
    fn put(&self, rgba: &[u8], width: u32, top: f64) -> Option<()> {
        let data = ImageData::new_with_u8_clamped_array(Clamped(rgba), width).ok()?;
        self.context.put_image_data(&data, 0.0, top).ok()
    }
}

fn resize(canvas: &HtmlCanvasElement, (width, height): (u32, u32)) {
    if (canvas.width(), canvas.height()) != (width, height) {
        canvas.set_width(width);
        canvas.set_height(height);
    }
}

/// Draws commands one after the other, and those squares that follow each other as one picture.
fn draw_all(context: &Context, palette: &Palette, ratio: f64, draws: &[Draw]) {
    let mut brush = Brush::new(context, palette, ratio);
    let mut rest = draws;
    while let Some(draw) = rest.first() {
        let squares = rest.iter().take_while(|draw| matches!(draw, Draw::Squares { .. })).count();
        if squares == 0 {
            brush.draw(draw);
            rest = &rest[1..];
        } else {
            let (these, others) = rest.split_at(squares);
            if draw_squares(context, palette, ratio, these).is_none() {
                these.iter().for_each(|draw| brush.draw(draw));
            }
            rest = others;
        }
    }
}

fn draw_squares(context: &Context, palette: &Palette, ratio: f64, draws: &[Draw]) -> Option<()> {
    let canvas = context.canvas()?;
    let (width, height) = (canvas.width(), canvas.height());
    let mut picture = Picture::new(width as usize, height as usize);
    for draw in draws {
        let Draw::Squares { rects, ink: Ink { paint, alpha } } = draw else { continue };
        let [r, g, b] = palette.rgb(*paint);
        let colour = [r, g, b, (alpha * 255.0).round() as u8];
        for rect in rects {
            picture.square(rect.map(|v| v * ratio), colour);
        }
    }
    let sheet = Sheet::new()?;
    resize(&sheet.canvas, (width, height));
    sheet.put(picture.bytes(), width, 0.0)?;
    let _ = context.reset_transform();
    context.set_global_alpha(1.0);
    let drawn = context.draw_image_with_html_canvas_element(&sheet.canvas, 0.0, 0.0).ok();
    let _ = context.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0);
    drawn
}
