//! Draws a terminal's screen as an SVG: a dark card, each run of equal cells as one text.

use std::fmt::Write as _;

use vt100::{Cell, Color, Screen};

const CELL_WIDTH: f32 = 8.4;
const LINE_HEIGHT: f32 = 20.0;
const MARGIN: f32 = 20.0;
const BAR: f32 = 28.0;
const BACKGROUND: &str = "#1b1f27";
const FOREGROUND: &str = "#d8dee9";
/// The sixteen named colours, chosen for contrast on the dark card.
const NAMED: [&str; 16] = [
    "#3b4252", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#d8dee9",
    "#7b8494", "#ff8a93", "#b5e08f", "#ffd68a", "#86c5ff", "#dd9bf0", "#7fd6e0", "#ffffff",
];

/// Cells side by side that look the same.
struct Run {
    column: u16,
    columns: u16,
    text: String,
    style: String,
    /// The colour behind the text, where it is not the card's own.
    behind: Option<String>,
}

/// The screen from its first line to the cursor's, as an SVG document.
pub fn draw(screen: &Screen) -> String {
    let (_, columns) = screen.size();
    let last = screen.cursor_position().0;
    let lines: Vec<Vec<Run>> = (0..=last).map(|row| runs(screen, row, columns)).collect();
    let widest = lines
        .iter()
        .flatten()
        .map(|run| run.column + run.columns)
        .max();
    let width = 2.0 * MARGIN + CELL_WIDTH * f32::from(widest.unwrap_or(columns).max(60));
    let height = BAR + 2.0 * MARGIN + LINE_HEIGHT * f32::from(last + 1) - LINE_HEIGHT / 2.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
         viewBox=\"0 0 {width:.0} {height:.0}\" role=\"img\" aria-label=\"A terminal session with xrole\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"10\" fill=\"{BACKGROUND}\"/>\n"
    );
    for (x, colour) in [(20, "#ff5f57"), (40, "#febc2e"), (60, "#28c840")] {
        let _ = writeln!(
            svg,
            "<circle cx=\"{x}\" cy=\"20\" r=\"6\" fill=\"{colour}\"/>"
        );
    }
    let _ = writeln!(
        svg,
        "<g font-family=\"ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace\" \
         font-size=\"14\" fill=\"{FOREGROUND}\" xml:space=\"preserve\">"
    );
    for (row, line) in (0_u16..).zip(&lines) {
        let y = BAR + MARGIN + LINE_HEIGHT * f32::from(row) + 14.0;
        for run in line {
            write_run(&mut svg, run, y);
        }
    }
    svg.push_str("</g>\n</svg>\n");
    svg
}

fn write_run(svg: &mut String, run: &Run, y: f32) {
    let x = MARGIN + CELL_WIDTH * f32::from(run.column);
    let length = CELL_WIDTH * f32::from(run.columns);
    if let Some(colour) = &run.behind {
        let top = y - 15.0;
        let _ = writeln!(
            svg,
            "<rect x=\"{x:.1}\" y=\"{top:.1}\" width=\"{length:.1}\" height=\"{LINE_HEIGHT}\" fill=\"{colour}\"/>"
        );
    }
    let _ = writeln!(
        svg,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" textLength=\"{length:.1}\"{}>{}</text>",
        run.style,
        escaped(&run.text)
    );
}

fn runs(screen: &Screen, row: u16, columns: u16) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for column in 0..columns {
        let Some(cell) = screen
            .cell(row, column)
            .filter(|cell| !cell.is_wide_continuation())
        else {
            continue;
        };
        let text = if cell.has_contents() {
            cell.contents()
        } else {
            " "
        };
        let (style, behind) = (style(cell), behind(cell));
        let columns = if cell.is_wide() { 2 } else { 1 };
        match runs.last_mut() {
            Some(run)
                if run.style == style
                    && run.behind == behind
                    && run.column + run.columns == column =>
            {
                run.text.push_str(text);
                run.columns += columns;
            }
            _ => runs.push(Run {
                column,
                columns,
                text: text.to_owned(),
                style,
                behind,
            }),
        }
    }
    for run in runs.iter_mut().filter(|run| run.behind.is_none()) {
        let trimmed = run.text.trim_end().len();
        let spaces = run.text[trimmed..].len();
        run.text.truncate(trimmed);
        run.columns -= u16::try_from(spaces).unwrap_or(0);
    }
    runs.retain(|run| !run.text.is_empty());
    runs
}

/// A cell's look as attributes of its text.
fn style(cell: &Cell) -> String {
    let mut style = String::new();
    let colour = if cell.inverse() {
        Some(hexadecimal(cell.bgcolor()).unwrap_or_else(|| BACKGROUND.to_owned()))
    } else {
        hexadecimal(cell.fgcolor())
    };
    if let Some(colour) = colour {
        let _ = write!(style, " fill=\"{colour}\"");
    }
    if cell.bold() {
        style.push_str(" font-weight=\"bold\"");
    }
    if cell.dim() {
        style.push_str(" opacity=\"0.6\"");
    }
    if cell.italic() {
        style.push_str(" font-style=\"italic\"");
    }
    if cell.underline() {
        style.push_str(" text-decoration=\"underline\"");
    }
    style
}

fn behind(cell: &Cell) -> Option<String> {
    if cell.inverse() {
        Some(hexadecimal(cell.fgcolor()).unwrap_or_else(|| FOREGROUND.to_owned()))
    } else {
        hexadecimal(cell.bgcolor())
    }
}

fn hexadecimal(colour: Color) -> Option<String> {
    Some(match colour {
        Color::Default => return None,
        Color::Rgb(red, green, blue) => format!("#{red:02x}{green:02x}{blue:02x}"),
        Color::Idx(index @ 0..=15) => NAMED[usize::from(index)].to_owned(),
        // The cube of 6 × 6 × 6 colours and the grey ramp of xterm.
        Color::Idx(index @ 16..=231) => {
            let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
            let cube = index - 16;
            let (red, green, blue) = (level(cube / 36), level(cube / 6 % 6), level(cube % 6));
            format!("#{red:02x}{green:02x}{blue:02x}")
        }
        Color::Idx(index) => {
            let grey = 8 + 10 * (index - 232);
            format!("#{grey:02x}{grey:02x}{grey:02x}")
        }
    })
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
