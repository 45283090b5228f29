//! What one file says: which names it defines, which it imports, and which paths it writes out.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Ident, ImplItemFn, Item, ItemMod, ItemUse, Macro, Meta, UseTree, Visibility};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Use,
    /// It only hands the name on; where the file needs it itself, a mention says so.
    Reexport,
    Glob,
    /// A path in the code.
    Mention,
}

#[derive(Debug)]
pub struct Import {
    pub path: Vec<String>,
    pub line: usize,
    pub kind: Kind,
}

#[derive(Default)]
pub struct Content {
    pub defined: BTreeSet<String>,
    /// Does it hold more than modules and imports?
    pub has_code: bool,
    /// Each imported name, and the path that it stands for.
    pub bound: BTreeMap<String, Vec<String>>,
    pub imports: Vec<Import>,
    /// Declared modules, those of this very file with their items.
    pub modules: Vec<(String, Option<Vec<Item>>)>,
}

impl Content {
    pub fn of(items: Vec<Item>) -> Self {
        let mut content = Self::default();
        for item in items {
            if attributes(&item).iter().any(is_for_tests) {
                continue;
            }
            match item {
                Item::Mod(module) => content.add_module(module),
                Item::Use(import) => content.add_use(&import),
                item => {
                    content.has_code = true;
                    content.defined.extend(name(&item));
                    content.visit_item(&item);
                }
            }
        }
        content
    }

    fn add_module(&mut self, module: ItemMod) {
        let items = module.content.map(|(_, items)| items);
        self.modules.push((module.ident.to_string(), items));
    }

    fn add_use(&mut self, import: &ItemUse) {
        if import.leading_colon.is_some() {
            return;
        }
        let kind = match import.vis {
            Visibility::Inherited => Kind::Use,
            _ => Kind::Reexport,
        };
        self.add_tree(&import.tree, &mut Vec::new(), kind);
    }

    fn add_tree(&mut self, tree: &UseTree, prefix: &mut Vec<String>, kind: Kind) {
        match tree {
            UseTree::Path(path) => {
                prefix.push(path.ident.to_string());
                self.add_tree(&path.tree, prefix, kind);
                prefix.pop();
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.add_tree(tree, prefix, kind);
                }
            }
            UseTree::Name(leaf) => self.bind(prefix, &leaf.ident, None, kind),
            UseTree::Rename(leaf) => self.bind(prefix, &leaf.ident, Some(&leaf.rename), kind),
            UseTree::Glob(glob) => self.imports.push(Import {
                path: prefix.clone(),
                line: glob.star_token.spans[0].start().line,
                kind: Kind::Glob,
            }),
        }
    }

    fn bind(&mut self, prefix: &[String], ident: &Ident, rename: Option<&Ident>, kind: Kind) {
        let mut path = prefix.to_vec();
        // `use a::b::{self}` is `use a::b`.
        if ident != "self" || prefix.is_empty() {
            path.push(ident.to_string());
        }
        let name = rename.map(Ident::to_string).or(path.last().cloned());
        // What a function imports for itself does not hide what the file imports.
        self.bound
            .entry(name.unwrap_or_default())
            .or_insert_with(|| path.clone());
        self.imports.push(Import {
            path,
            line: ident.span().start().line,
            kind,
        });
    }

    fn mention(&mut self, path: &[&Ident]) {
        let [first, rest @ ..] = path else { return };
        // A value `self`, a type `Self`.
        if *first == "Self" || (*first == "self" && rest.is_empty()) {
            return;
        }
        self.imports.push(Import {
            path: path.iter().map(ToString::to_string).collect(),
            line: first.span().start().line,
            kind: Kind::Mention,
        });
    }

    /// The paths in what a macro is given, which is no syntax yet.
    fn mention_tokens(&mut self, tokens: TokenStream, least: usize) {
        let mut path: Vec<Ident> = Vec::new();
        let mut before = String::new();
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for token in &tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if !before.ends_with("::") {
                        self.mention_taken(&mut path, least);
                    }
                    // A field or a method is none of ours.
                    if !before.ends_with('.') || before.ends_with("..") {
                        path.push(ident.clone());
                    }
                    before.clear();
                }
                TokenTree::Punct(punct) => before.push(punct.as_char()),
                TokenTree::Group(group) => {
                    self.mention_taken(&mut path, least);
                    self.mention_tokens(group.stream(), least);
                    before.clear();
                }
                TokenTree::Literal(_) => before.clear(),
            }
        }
        self.mention_taken(&mut path, least);
    }

    fn mention_taken(&mut self, path: &mut Vec<Ident>, least: usize) {
        if path.len() >= least {
            self.mention(&path.iter().collect::<Vec<_>>());
        }
        path.clear();
    }
}

impl<'ast> Visit<'ast> for Content {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.leading_colon.is_none() {
            let idents: Vec<&Ident> = path.segments.iter().map(|part| &part.ident).collect();
            self.mention(&idents);
        }
        visit::visit_path(self, path);
    }

    fn visit_item_use(&mut self, import: &'ast ItemUse) {
        self.add_use(import);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        self.visit_path(&call.path);
        self.mention_tokens(call.tokens.clone(), 1);
    }

    /// The words of an attribute are its own; only what is plainly a path is one.
    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if let Meta::List(list) = &attribute.meta {
            self.mention_tokens(list.tokens.clone(), 2);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        if !function.attrs.iter().any(is_for_tests) {
            visit::visit_impl_item_fn(self, function);
        }
    }

    /// `pub(in crate::aws)` imports nothing.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}
}

/// Tests may look at whatever they like: a room below is often proved by what is built on it, they end in no program
/// that runs, and a unit test stands in the circle of its file by its nature (`use super::*`).
fn is_for_tests(attribute: &Attribute) -> bool {
    let Meta::List(list) = &attribute.meta else {
        return false;
    };
    let words = list.tokens.to_string();
    let has = |wanted: &str| {
        words
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| word == wanted)
    };
    list.path.is_ident("cfg") && has("test") && !has("not")
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn name(item: &Item) -> Option<String> {
    let ident = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        _ => return None,
    };
    Some(ident.to_string())
}
