//! All modules of the package, and where a path that one of them writes leads.

use std::collections::BTreeMap;

use syn::Item;

use super::reading::{Content, Import, Kind};

/// The name under which `main.rs` knows the library.
const LIBRARY: &str = "xrole";

pub struct Module {
    /// Without `crate`; that of `main.rs` is `main`.
    pub path: Vec<String>,
    pub file: String,
    pub content: Content,
    parent: Option<usize>,
    children: BTreeMap<String, usize>,
}

#[derive(Default)]
pub struct House {
    pub modules: Vec<Module>,
}

/// What a path names: a module, or something that a module defines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    Module(usize),
    Item(usize),
}

impl Found {
    pub fn module(self) -> usize {
        match self {
            Self::Module(module) | Self::Item(module) => module,
        }
    }
}

/// A module that is still to be read.
struct Unread {
    path: Vec<String>,
    file: String,
    /// Where the files of its own modules lie.
    folder: String,
    items: Vec<Item>,
}

impl House {
    /// Reads `src/lib.rs`, `src/main.rs` if there is one, and every module that they declare outside of tests.
    pub fn read(sources: &BTreeMap<String, String>) -> Self {
        let mut house = Self::default();
        for (file, path) in [("src/lib.rs", vec![]), ("src/main.rs", vec!["main".into()])] {
            if let Some(text) = sources.get(file) {
                let root = Unread {
                    path,
                    file: file.to_owned(),
                    folder: "src".to_owned(),
                    items: parse(file, text),
                };
                house.add(sources, None, root);
            }
        }
        for file in sources.keys() {
            let is_read = house.modules.iter().any(|module| module.file == *file);
            let is_test = file.ends_with("/tests.rs") || file.contains("/tests/");
            assert!(is_read || is_test, "{file}: no module declares it");
        }
        house
    }

    fn add(
        &mut self,
        sources: &BTreeMap<String, String>,
        parent: Option<usize>,
        unread: Unread,
    ) -> usize {
        let mut content = Content::of(unread.items);
        let declared = std::mem::take(&mut content.modules);
        let this = self.modules.len();
        self.modules.push(Module {
            path: unread.path.clone(),
            file: unread.file.clone(),
            content,
            parent,
            children: BTreeMap::new(),
        });
        for (name, items) in declared {
            let folder = format!("{}/{name}", unread.folder);
            let (file, items) = match items {
                Some(items) => (unread.file.clone(), items),
                None => module_file(sources, &folder),
            };
            let path = [unread.path.as_slice(), std::slice::from_ref(&name)].concat();
            let child = Unread {
                path,
                file,
                folder,
                items,
            };
            let child = self.add(sources, Some(this), child);
            self.modules[this].children.insert(name, child);
        }
        this
    }

    /// Where the import leads, or `None` for what is not ours.
    pub fn resolve(&self, from: usize, import: &Import) -> Option<Found> {
        let found = self.follow(from, &import.path, &mut Vec::new());
        let must = matches!(
            import.path[0].as_str(),
            "crate" | "self" | "super" | LIBRARY
        );
        // An unread import would be an unseen one.
        assert!(
            found.is_some() || !must,
            "{}:{}: {} leads nowhere that this test can see",
            self.modules[from].file,
            import.line,
            import.path.join("::")
        );
        found
    }

    fn follow(
        &self,
        from: usize,
        path: &[String],
        seen: &mut Vec<(usize, String)>,
    ) -> Option<Found> {
        let mut found = Found::Module(from);
        for (n, name) in path.iter().enumerate() {
            // Variants and associated functions lie where their type does.
            let Found::Module(module) = found else {
                return Some(found);
            };
            let is_last = n + 1 == path.len();
            found = match name.as_str() {
                "crate" => Found::Module(self.root(module)),
                "self" => found,
                "super" => Found::Module(self.modules[module].parent?),
                LIBRARY if n == 0 => Found::Module(0),
                name => self.look_up(module, name, is_last, seen)?,
            };
        }
        Some(found)
    }

    fn look_up(
        &self,
        module: usize,
        name: &str,
        is_last: bool,
        seen: &mut Vec<(usize, String)>,
    ) -> Option<Found> {
        let Module {
            children, content, ..
        } = &self.modules[module];
        let child = children.get(name).copied().map(Found::Module);
        // A module and a function may share a name: `refusal::refusal`.
        if !is_last && child.is_some() {
            return child;
        }
        if content.defined.contains(name) {
            return Some(Found::Item(module));
        }
        let here = (module, name.to_owned());
        if seen.contains(&here) {
            return child;
        }
        seen.push(here);
        let bound = content.bound.get(name);
        bound
            .and_then(|path| self.follow(module, path, seen))
            .or(child)
            .or_else(|| self.look_up_in_globs(module, name, is_last, seen))
    }

    fn look_up_in_globs(
        &self,
        module: usize,
        name: &str,
        is_last: bool,
        seen: &mut Vec<(usize, String)>,
    ) -> Option<Found> {
        let imports = &self.modules[module].content.imports;
        let mut globs = imports.iter().filter(|import| import.kind == Kind::Glob);
        globs.find_map(|glob| match self.follow(module, &glob.path, seen)? {
            Found::Module(whole) => self.look_up(whole, name, is_last, seen),
            Found::Item(_) => None,
        })
    }

    fn root(&self, mut module: usize) -> usize {
        while let Some(parent) = self.modules[module].parent {
            module = parent;
        }
        module
    }
}

fn module_file(sources: &BTreeMap<String, String>, folder: &str) -> (String, Vec<Item>) {
    let files = [format!("{folder}.rs"), format!("{folder}/mod.rs")];
    let found = files
        .iter()
        .find_map(|file| Some((file, sources.get(file)?)));
    let (file, text) = found.unwrap_or_else(|| panic!("neither {} is there", files.join(" nor ")));
    (file.clone(), parse(file, text))
}

fn parse(file: &str, text: &str) -> Vec<Item> {
    match syn::parse_file(text) {
        Ok(parsed) => parsed.items,
        Err(error) => panic!("{file}:{}: {error}", error.span().start().line),
    }
}
