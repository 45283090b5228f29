//! The way back from a file to itself, along what it imports.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

#[derive(Debug, Default)]
pub struct Graph<'a> {
    below: BTreeMap<&'a str, BTreeSet<&'a str>>,
}

impl<'a> Graph<'a> {
    pub fn add(&mut self, from: &'a str, to: &'a str) {
        if from != to {
            self.below.entry(from).or_default().insert(to);
        }
    }

    /// The shortest circle that begins with this import: `from`, `to`, …, `from`.
    pub fn circle(&self, from: &'a str, to: &'a str) -> Option<Vec<&'a str>> {
        if from == to {
            return None;
        }
        let mut came_from = BTreeMap::from([(to, from)]);
        let mut waiting = VecDeque::from([to]);
        while let Some(file) = waiting.pop_front() {
            if file == from {
                let mut way = vec![from];
                let mut at = from;
                while at != to {
                    at = came_from[at];
                    way.push(at);
                }
                way.push(from);
                way.reverse();
                return Some(way);
            }
            for next in self.below.get(file).into_iter().flatten().copied() {
                came_from.entry(next).or_insert_with(|| {
                    waiting.push_back(next);
                    file
                });
            }
        }
        None
    }
}
