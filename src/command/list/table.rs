//! Lines of cells in columns.

use std::borrow::Cow;

/// Columns two spaces apart, without spaces at the end of a line.
pub(super) fn aligned<'a, const N: usize>(
    lines: impl Iterator<Item = [Cow<'a, str>; N]>,
) -> String {
    // Ten thousand lines are kept in one piece, with the end of each cell.
    let mut cells = String::new();
    let mut ends: Vec<usize> = Vec::new();
    let mut widths = [0; N];
    for line in lines {
        for (width, cell) in widths.iter_mut().zip(&line) {
            *width = (*width).max(cell.chars().count());
            cells.push_str(cell);
            ends.push(cells.len());
        }
    }
    let widest = widths.iter().sum::<usize>() + 2 * N;
    let mut text = String::with_capacity(ends.len() / N * widest);
    let mut start = 0;
    for (n, end) in ends.into_iter().enumerate() {
        let cell = &cells[start..end];
        start = end;
        text.push_str(cell);
        let column = n % N;
        if column + 1 < N {
            let gap = widths[column] - cell.chars().count() + 2;
            pad(&mut text, gap);
        } else {
            text.push('\n');
        }
    }
    text
}

fn pad(text: &mut String, mut gap: usize) {
    const SPACES: &str = "                                ";
    while gap > 0 {
        let some = gap.min(SPACES.len());
        text.push_str(&SPACES[..some]);
        gap -= some;
    }
}
