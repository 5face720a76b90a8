//! From tokens to a [`Handler`], as far as they can be read.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Ident, ImplItem, Item, ItemImpl, Path, Token};

use super::model::{Arguments, Declared, Handler, Method, Served};
use crate::args::{self, Name};
use crate::errors::Errors;
use crate::message::{Kind, Message};
use crate::spec::{Billing, Form, GUIDES, Guide};
use crate::suggest::{did_you_mean, listed};

/// The item without our attributes, and the handler, if it is an impl block.
pub(super) fn parse(
    arguments: TokenStream,
    item: TokenStream,
    root: &Path,
    errors: &mut Errors,
) -> (TokenStream, Option<Handler>) {
    let arguments = parse_arguments(arguments, errors);
    let mut block = match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Impl(block)) => block,
        Ok(_) => {
            let message = "`#[marketplace_handler]` goes on an impl block: `impl Shop { … }`";
            errors.push(syn::Error::new(Span::call_site(), message));
            return (item, None);
        }
        Err(error) => {
            errors.push(error);
            return (item, None);
        }
    };
    let methods = parse_methods(&mut block, arguments.guide, root, errors);
    let handler = Handler {
        arguments,
        generics: block.generics.clone(),
        self_type: (*block.self_ty).clone(),
        of_trait: block.trait_.as_ref().map(|(path, _)| path.clone()),
        methods,
    };
    (block.into_token_stream(), Some(handler))
}

fn parse_arguments(arguments: TokenStream, errors: &mut Errors) -> Arguments {
    let (mut billing, mut given, mut billing_span) = (None, Vec::new(), Span::call_site());
    let mut guide = GUIDES.first();
    let read = |input: ParseStream<'_>| {
        while !input.is_empty() {
            let span = input.span();
            match args::key(input, &["billing", "guide"], &mut given)? {
                "billing" => {
                    billing_span = span;
                    billing = parse_billing(&args::one_or_list(input)?, errors);
                }
                _ => guide = parse_guide(&input.parse()?, errors),
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    };
    let read = read.parse2(arguments);
    if errors.keep(read).is_some() {
        match (guide, given.contains(&"billing")) {
            (Some(guide), true) if !guide.is_billed => errors.push(syn::Error::new(
                billing_span,
                format_args!("guide `{}` is the same for every billing: leave `billing` out", guide.name),
            )),
            (Some(guide), false) if guide.is_billed => {
                errors.push(syn::Error::new(Span::call_site(), HOW_IS_IT_BILLED));
            }
            (Some(_), false) => billing = Some(Vec::new()),
            _ => {}
        }
    }
    Arguments { billing, guide }
}

const HOW_IS_IT_BILLED: &str = "how is the product billed? write `#[marketplace_handler(billing = period)]`, or \
                                `one_time`, `on_demand`, or a list: `[period, on_demand]`";

fn parse_billing(names: &[Name], errors: &mut Errors) -> Option<Vec<Billing>> {
    let known = || Billing::ALL.into_iter().map(Billing::name);
    if names.is_empty() {
        errors.push(syn::Error::new(Span::call_site(), HOW_IS_IT_BILLED));
        return None;
    }
    let models = names.iter().map(|name| {
        let model = Billing::ALL.into_iter().find(|model| model.name() == name.name);
        if model.is_none() {
            errors.push(name.error(format_args!(
                "there is no billing `{}`{}; allowed are {}, or a list of them",
                name.name,
                did_you_mean(&name.name, known()),
                listed(known()),
            )));
        }
        model
    });
    // Each wrong name is reported, not only the first.
    models.collect::<Vec<_>>().into_iter().collect()
}

fn parse_guide(name: &Name, errors: &mut Errors) -> Option<&'static Guide> {
    let guide = GUIDES.iter().find(|guide| guide.name == name.name);
    if guide.is_none() {
        let known = listed(GUIDES.iter().map(|guide| guide.name));
        errors.push(name.error(format_args!("there is no guide `{}`; there is {known}", name.name)));
    }
    guide
}

/// Takes `#[activity]` off whatever it is on.
fn parse_methods(
    block: &mut ItemImpl,
    guide: Option<&'static Guide>,
    root: &Path,
    errors: &mut Errors,
) -> Vec<Method> {
    let mut methods = Vec::new();
    for item in &mut block.items {
        let attributes = match item {
            ImplItem::Fn(method) => &mut method.attrs,
            ImplItem::Const(constant) => &mut constant.attrs,
            ImplItem::Type(ty) => &mut ty.attrs,
            ImplItem::Macro(call) => &mut call.attrs,
            _ => continue,
        };
        let activities: Vec<_> =
            attributes.extract_if(.., |attribute| attribute.path().is_ident("activity")).collect();
        let Some((activity, more)) = activities.split_first() else { continue };
        if let Some(second) = more.first() {
            errors.at(second, "a method serves one activity: write a second method, both may call a third");
        }
        match item {
            ImplItem::Fn(method) => methods.push(Method {
                signature: method.sig.clone(),
                conditions: method
                    .attrs
                    .iter()
                    .filter(|attribute| attribute.path().is_ident("cfg"))
                    .cloned()
                    .collect(),
                activity: parse_activity(activity, guide, root, errors),
            }),
            _ => errors.at(activity, "`#[activity]` goes on a method"),
        }
    }
    methods
}

fn parse_activity(
    attribute: &Attribute,
    guide: Option<&'static Guide>,
    root: &Path,
    errors: &mut Errors,
) -> Served {
    let syn::Meta::List(list) = &attribute.meta else {
        errors.at(attribute, "which activity? write `#[activity(newInstance)]`");
        return Served::Unreadable;
    };
    let served = |input: ParseStream<'_>| parse_served(input, guide, root, errors);
    match list.parse_args_with(served) {
        Ok(served) => served,
        Err(error) => {
            errors.push(error);
            Served::Unreadable
        }
    }
}

fn parse_served(
    input: ParseStream<'_>,
    guide: Option<&'static Guide>,
    root: &Path,
    errors: &mut Errors,
) -> syn::Result<Served> {
    let name: Name = input.parse()?;
    let (mut request, mut reply, mut given) = (None, None, Vec::new());
    while !input.is_empty() {
        input.parse::<Token![,]>()?;
        if input.is_empty() {
            break;
        }
        match args::key(input, &["request", "reply"], &mut given)? {
            "request" => {
                let line = format!("The request of `{}`.", name.name);
                let form = guide.map_or(Form::Json, |guide| guide.form);
                let kind = Kind::Request(name.name.clone(), form);
                request = Some(parse_message(input, kind, &line, root, errors)?);
            }
            _ => {
                let line = format!("Answers `{}`.", name.name);
                reply = Some(parse_message(input, Kind::Reply, &line, root, errors)?);
            }
        }
    }
    let known = guide.and_then(|guide| guide.activity(&name.name).map(|activity| (guide, activity)));
    match (request, known) {
        (Some(request), _) => Ok(Served::Declared { name, declared: Box::new(Declared { request, reply }) }),
        (None, _) if reply.is_some() => Err(name.error(
            "an activity that is declared here has a `request`: `request = Name { field: Text<64> }`",
        )),
        (None, Some((guide, activity))) => Ok(Served::Known { name, guide, activity }),
        (None, None) => Ok(Served::Unknown { name }),
    }
}

/// `Name { field: Type, … }`. If the fields cannot be read, the name still stands for a message, so that the methods
/// that use it are not in error too.
fn parse_message(
    input: ParseStream<'_>,
    kind: Kind,
    documentation: &str,
    root: &Path,
    errors: &mut Errors,
) -> syn::Result<Message> {
    let name: Ident = input.parse()?;
    let content;
    syn::braced!(content in input);
    let fields = content.call(Message::fields).or_else(|error| {
        errors.push(error);
        content.parse::<TokenStream>().map(|_| Vec::new())
    })?;
    Ok(Message::declared(kind, name, fields, documentation).with_words_of(root))
}
