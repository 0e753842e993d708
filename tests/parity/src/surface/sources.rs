//! Reads the core's definitions out of its sources: methods with their arguments, and fields.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{
    Attribute, FnArg, Ident, ImplItem, Item, Pat, ReturnType, Signature, Token, Type, Visibility,
    braced, parenthesized,
};

/// A public method.
#[derive(Clone, Debug)]
pub(crate) struct Method {
    pub(crate) name: String,
    /// Arguments with their types, without the receiver.
    pub(crate) arguments: Vec<(String, String)>,
    /// What it gives, as it is written.
    pub(crate) result: String,
    pub(crate) has_receiver: bool,
    /// Whether it sends something.
    pub(crate) calls: bool,
}

/// What the sources define.
#[derive(Debug, Default)]
pub(crate) struct Definitions {
    /// Public methods by the type that has them.
    pub(crate) methods: BTreeMap<String, Vec<Method>>,
    /// Public fields with their types, by the type that has them.
    pub(crate) fields: BTreeMap<String, Vec<(String, String)>>,
}

/// Reads all sources of the folder, and below it, that are not in one of these folders.
pub(crate) fn read(folder: &Path, without: &[&str]) -> Result<Definitions, String> {
    let mut definitions = Definitions::default();
    for file in files(folder, without)? {
        let text = fs::read_to_string(&file).map_err(|error| at(&file, &error))?;
        let parsed = syn::parse_file(&text).map_err(|error| at(&file, &error))?;
        for item in parsed.items {
            definitions.take(item).map_err(|error| at(&file, &error))?;
        }
    }
    Ok(definitions)
}

fn at(file: &Path, error: &dyn std::fmt::Display) -> String {
    format!("{}: {error}", file.display())
}

fn files(folder: &Path, without: &[&str]) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    let entries = fs::read_dir(folder).map_err(|error| at(folder, &error))?;
    for entry in entries {
        let path = entry.map_err(|error| at(folder, &error))?.path();
        if path.is_dir() {
            if !without.iter().any(|name| path.ends_with(name)) {
                found.extend(files(&path, without)?);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

impl Definitions {
    fn take(&mut self, item: Item) -> syn::Result<()> {
        match item {
            Item::Impl(block) if block.trait_.is_none() => {
                let name = tokens(&block.self_ty);
                for item in block.items {
                    if let ImplItem::Fn(function) = item
                        && matches!(function.vis, Visibility::Public(_))
                    {
                        let method = Method::new(&function.sig, function.sig.asyncness.is_some());
                        self.methods.entry(name.clone()).or_default().push(method);
                    }
                }
            }
            Item::Struct(definition) => {
                let public = definition.fields.iter().filter_map(|field| {
                    let name = field.ident.as_ref()?;
                    matches!(field.vis, Visibility::Public(_))
                        .then(|| (name.to_string(), tokens(&field.ty)))
                });
                self.fields.entry(definition.ident.to_string()).or_default().extend(public);
            }
            // The setters of the client's settings, and the calls of the blocking handles.
            Item::Macro(call) if call.mac.path.is_ident("setters") => {
                let Setters(setters) = syn::parse2(call.mac.tokens)?;
                self.methods.entry("ClientBuilder".to_owned()).or_default().extend(setters);
            }
            Item::Macro(call) if call.mac.path.is_ident("calls") => {
                let Calls { handle, methods } = syn::parse2(call.mac.tokens)?;
                self.methods.entry(handle).or_default().extend(methods);
            }
            _ => {}
        }
        Ok(())
    }
}

impl Method {
    fn new(signature: &Signature, calls: bool) -> Self {
        let arguments = signature.inputs.iter().filter_map(|input| match input {
            FnArg::Typed(argument) => match argument.pat.as_ref() {
                Pat::Ident(name) => Some((name.ident.to_string(), tokens(&argument.ty))),
                _ => None,
            },
            FnArg::Receiver(_) => None,
        });
        let result = match &signature.output {
            ReturnType::Default => String::new(),
            ReturnType::Type(_, result) => tokens(result),
        };
        Self {
            name: signature.ident.to_string(),
            arguments: arguments.collect(),
            has_receiver: signature.receiver().is_some(),
            // What gives results one by one makes calls too.
            calls: calls
                || result.starts_with("impl Stream")
                || result.starts_with("impl Iterator"),
            result,
        }
    }
}

/// The inside of `setters! { /// doc name: type => field = value; … }`.
struct Setters(Vec<Method>);

impl Parse for Setters {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut setters = Vec::new();
        while !input.is_empty() {
            input.call(Attribute::parse_outer)?;
            let name: Ident = input.parse()?;
            input.parse::<Token![:]>()?;
            let argument: Type = input.parse()?;
            while !input.peek(Token![;]) {
                input.parse::<proc_macro2::TokenTree>()?;
            }
            input.parse::<Token![;]>()?;
            setters.push(Method {
                name: name.to_string(),
                arguments: vec![(name.to_string(), tokens(&argument))],
                result: "Self".to_owned(),
                has_receiver: true,
                calls: false,
            });
        }
        Ok(Self(setters))
    }
}

/// The inside of `calls! { Handle { fn name(&self, …) -> Result<…>; … } }`.
struct Calls {
    handle: String,
    methods: Vec<Method>,
}

impl Parse for Calls {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let handle: Ident = input.parse()?;
        let content;
        braced!(content in input);
        let mut methods = Vec::new();
        while !content.is_empty() {
            content.call(Attribute::parse_outer)?;
            content.parse::<Token![fn]>()?;
            let name: Ident = content.parse()?;
            let inside;
            parenthesized!(inside in content);
            let inputs: Punctuated<FnArg, Token![,]> = Punctuated::parse_terminated(&inside)?;
            let result: ReturnType = content.parse()?;
            content.parse::<Token![;]>()?;
            let signature: Signature = syn::parse_quote!(fn #name(#inputs) #result);
            methods.push(Method::new(&signature, true));
        }
        Ok(Self { handle: handle.to_string(), methods })
    }
}

/// The code as it is written, with single spaces.
fn tokens(code: &impl quote::ToTokens) -> String {
    code.to_token_stream().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definitions(code: &str) -> Result<Definitions, String> {
        let mut definitions = Definitions::default();
        let file = syn::parse_file(code).map_err(|error| error.to_string())?;
        for item in file.items {
            definitions.take(item).map_err(|error| error.to_string())?;
        }
        Ok(definitions)
    }

    fn described(methods: Option<&Vec<Method>>) -> Vec<String> {
        let describe =
            |method: &Method| format!("{} {:?} {}", method.name, method.arguments, method.calls);
        methods.into_iter().flatten().map(describe).collect()
    }

    #[test]
    fn methods_fields_and_macros_are_read() -> Result<(), String> {
        let found = definitions(
            "impl Chat { pub async fn ask(&self, text: &str) -> R {} fn hidden(&self) {} }\n\
             impl Clone for Chat { fn clone(&self) -> Self {} }\n\
             pub struct Given { pub one: Option<u8>, two: u8 }\n\
             setters! { /// Doc.\n key: impl Into<String> => key = Some(key.into()); /// Doc.\n flag: bool => flag = flag; }\n\
             calls! { Chat { /// Doc.\n fn send(&self, ids: &[impl A + B]) -> Result<()>; } }",
        )?;
        let chat = described(found.methods.get("Chat"));
        assert_eq!(
            chat,
            ["ask [(\"text\", \"& str\")] true", "send [(\"ids\", \"& [impl A + B]\")] true"]
        );
        let builder = described(found.methods.get("ClientBuilder"));
        assert_eq!(builder.len(), 2);
        assert!(builder.iter().any(|setter| setter.starts_with("key [(\"key\", \"impl Into")));
        let fields = found.fields.get("Given").map(Vec::as_slice);
        assert_eq!(fields, Some(&[("one".to_owned(), "Option < u8 >".to_owned())][..]));
        assert!(definitions("setters! { one }").is_err());
        Ok(())
    }
}
