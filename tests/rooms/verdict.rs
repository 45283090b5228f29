//! Which imports break a rule, each in a line that names the file, the line, the import and the rule.

use std::collections::BTreeSet;

use super::circle::Graph;
use super::house::{Found, House};
use super::reading::Kind;

/// One import that leads to another file of ours.
#[derive(Debug)]
struct Edge<'a> {
    from: usize,
    to: usize,
    line: usize,
    import: String,
    /// Does the file itself need what it imports? Handing a name on is not needing it, and a module is needed by
    /// whoever names something in it.
    needed: bool,
    from_file: &'a str,
    to_file: &'a str,
}

pub fn findings(house: &House, rooms: &[&[&str]], known: &[(&str, &str)]) -> Vec<String> {
    let edges = edges(house);
    let is_known = |edge: &Edge<'_>| known.contains(&(edge.from_file, edge.to_file));
    let graph_with = |kept: Option<(&str, &str)>| {
        let mut graph = Graph::default();
        for edge in &edges {
            let is_kept = kept == Some((edge.from_file, edge.to_file));
            if edge.needed && (is_kept || !is_known(edge)) {
                graph.add(edge.from_file, edge.to_file);
            }
        }
        graph
    };
    let mut findings = Vec::new();
    let graph = graph_with(None);
    let mut told = BTreeSet::new();
    for edge in edges.iter().filter(|edge| !is_known(edge)) {
        let pair = (edge.from_file, edge.to_file);
        // One line for two files is enough to find the others.
        if !told.contains(&pair)
            && let Some(fault) = fault(house, rooms, &graph, edge)
        {
            told.insert(pair);
            findings.push(fault);
        }
    }
    for &(from, to) in known {
        let graph = graph_with(Some((from, to)));
        let mut listed = edges
            .iter()
            .filter(|edge| (edge.from_file, edge.to_file) == (from, to));
        if !listed.any(|edge| fault(house, rooms, &graph, edge).is_some()) {
            findings.push(format!(
                "{from}: its import of {to} breaks no rule any more: take it off the list"
            ));
        }
    }
    findings
}

fn edges(house: &House) -> Vec<Edge<'_>> {
    let mut edges = Vec::new();
    for (from, module) in house.modules.iter().enumerate() {
        for import in &module.content.imports {
            let Some(found) = house.resolve(from, import) else {
                continue;
            };
            let to = found.module();
            let is_item = matches!(found, Found::Item(_));
            edges.push(Edge {
                from,
                to,
                line: import.line,
                import: import.path.join("::"),
                needed: is_item && matches!(import.kind, Kind::Use | Kind::Mention),
                from_file: &module.file,
                to_file: &house.modules[to].file,
            });
        }
    }
    edges.sort_by_key(|edge| (edge.from_file, edge.line));
    let mut seen = BTreeSet::new();
    edges.retain(|edge| seen.insert((edge.from_file, edge.to_file, edge.needed)));
    edges
}

fn fault(house: &House, rooms: &[&[&str]], graph: &Graph<'_>, edge: &Edge<'_>) -> Option<String> {
    let rule = misplaced(house, rooms, edge).or_else(|| {
        let needed = Some(graph).filter(|_| edge.needed)?;
        let circle = needed.circle(edge.from_file, edge.to_file)?;
        Some(format!("it closes a circle: {}", circle.join(" → ")))
    })?;
    Some(format!(
        "{}:{}: {} ({}): {rule}",
        edge.from_file, edge.line, edge.import, edge.to_file
    ))
}

/// Says so if the import leads into a higher room.
fn misplaced(house: &House, rooms: &[&[&str]], edge: &Edge<'_>) -> Option<String> {
    if edge.from == edge.to {
        return None;
    }
    let (from, to) = (&house.modules[edge.from], &house.modules[edge.to]);
    let Some((low, lower)) = room(rooms, &from.path) else {
        return Some(format!("{} has no room in the table", from.path.join("::")));
    };
    let Some((high, upper)) = room(rooms, &to.path) else {
        // A floor that only holds rooms is none itself.
        let is_floor = !to.content.has_code;
        return (!is_floor).then(|| format!("{} has no room in the table", to.path.join("::")));
    };
    (high < low).then(|| {
        format!("{upper} stands above {lower}, and a room imports only from those below it")
    })
}

/// The room of a module, and how far down it stands.
fn room<'a>(rooms: &[&[&'a str]], path: &[String]) -> Option<(usize, &'a str)> {
    let path = path.join("::");
    let is_in = |room: &str| {
        let rest = path.strip_prefix(room);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    };
    let lines = rooms.iter().enumerate();
    lines
        .flat_map(|(level, line)| line.iter().map(move |room| (level, *room)))
        .find(|(_, room)| is_in(room))
}
