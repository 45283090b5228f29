//! Answers in AWS's XML: results and errors, each with a request id.

use std::fmt::Write as _;

pub const STS: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

/// An error as AWS words it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub status: u16,
    pub code: &'static str,
    pub message: String,
}

impl Refusal {
    #[must_use]
    pub fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
        }
    }

    #[must_use]
    pub fn denied(message: impl Into<String>) -> Self {
        Self::new(403, "AccessDenied", message)
    }

    #[must_use]
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(400, "ValidationError", message)
    }

    #[must_use]
    pub fn xml(&self, namespace: &str, request_id: &str) -> String {
        let side = if self.status >= 500 {
            "Receiver"
        } else {
            "Sender"
        };
        format!(
            "<ErrorResponse xmlns=\"{namespace}\">\n  <Error>\n    <Type>{side}</Type>\n    \
             <Code>{}</Code>\n    <Message>{}</Message>\n  </Error>\n  \
             <RequestId>{request_id}</RequestId>\n</ErrorResponse>\n",
            self.code,
            escaped(&self.message)
        )
    }
}

/// An element of a result: a text, or further elements.
#[derive(Debug, Clone)]
pub enum Node {
    Text(&'static str, String),
    Tree(&'static str, Vec<Node>),
}

impl Node {
    #[must_use]
    pub fn text(name: &'static str, text: impl Into<String>) -> Self {
        Self::Text(name, text.into())
    }

    fn write(&self, xml: &mut String) {
        match self {
            Self::Text(name, text) => {
                let _ = write!(xml, "<{name}>{}</{name}>", escaped(text));
            }
            Self::Tree(name, children) => {
                let _ = write!(xml, "<{name}>");
                for child in children {
                    child.write(xml);
                }
                let _ = write!(xml, "</{name}>");
            }
        }
    }
}

/// `<AssumeRoleResponse><AssumeRoleResult>…`.
#[must_use]
pub fn result_xml(operation: &str, nodes: &[Node], namespace: &str, request_id: &str) -> String {
    let mut xml = format!("<{operation}Response xmlns=\"{namespace}\"><{operation}Result>");
    for node in nodes {
        node.write(&mut xml);
    }
    let _ = writeln!(
        xml,
        "</{operation}Result><ResponseMetadata><RequestId>{request_id}</RequestId>\
         </ResponseMetadata></{operation}Response>"
    );
    xml
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}
