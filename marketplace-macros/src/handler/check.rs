//! What types cannot decide: names, duplicates, completeness, and the shape of a method.

use std::collections::BTreeMap;

use quote::ToTokens;
use syn::{GenericParam, Path, Receiver, ReceiverKind, Type};

use super::model::{Handler, Method, Served};
use crate::errors::Errors;
use crate::spec::{Activity, Billing, Guide};
use crate::suggest::{did_you_mean, listed, nearest};
use crate::tokens::find_ident;

pub(super) fn check(handler: &mut Handler, root: &Path, errors: &mut Errors) {
    if let Some(of_trait) = &handler.of_trait {
        errors.at(of_trait, "a marketplace handler is an inherent impl block: `impl Shop { … }`");
    }
    for method in &handler.methods {
        check_signature(method, errors);
    }
    check_names(handler, errors);
    check_declarations(handler, root, errors);
    let pending = check_pending(handler, errors);
    if handler.of_trait.is_none() {
        check_completeness(handler, pending, errors);
    }
}

fn check_signature(method: &Method, errors: &mut Errors) {
    let signature = &method.signature;
    if signature.asyncness.is_none() {
        errors.at(signature.fn_token, "a method of an activity is an `async fn`");
    }
    match signature.receiver() {
        None => errors.at(
            &signature.ident,
            "a method of an activity takes `&self`, and then its request: it is called on the shop that serves the call",
        ),
        Some(receiver) if !is_shared(receiver) => errors.at(
            receiver,
            "a method of an activity takes `&self`, because calls are served side by side; keep what changes behind a lock",
        ),
        Some(_) => {}
    }
    if method.arguments().next().is_none() {
        errors.at(
            &signature.ident,
            format_args!("a method of an activity takes its request after `&self`: {}", request_of(method)),
        );
    }
    let generic =
        signature.generics.params.iter().find(|parameter| !matches!(parameter, GenericParam::Lifetime(_)));
    if let Some(parameter) = generic {
        errors.at(
            parameter,
            "a method of an activity is not generic: the call does not say for which types it is",
        );
    }
    for argument in method.arguments() {
        if let Type::ImplTrait(generic) = argument {
            errors.at(
                generic,
                "an argument of such a method is of one type: the call does not say which one to take",
            );
        }
    }
}

/// Is it `&self`? The `mut` of `&mut self` is in the kind, that of `mut self` is not.
fn is_shared(receiver: &Receiver) -> bool {
    match &receiver.kind {
        ReceiverKind::Reference(_, _, mutability) => mutability.is_none(),
        ReceiverKind::Typed(_, ty) => matches!(&**ty, Type::Reference(reference)
            if reference.mutability.is_none() && is_self_type(&reference.elem)),
        _ => false,
    }
}

fn is_self_type(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident("Self"))
}

/// `&self, request: NewInstance`.
fn request_of(method: &Method) -> String {
    let request = match &method.activity {
        Served::Known { activity, .. } => activity.request.to_owned(),
        Served::Declared { declared, .. } => declared.request.name.to_string(),
        Served::Unknown { .. } | Served::Unreadable => "NewInstance".to_owned(),
    };
    format!("`(&self, request: {request})`")
}

/// Each name is one of the guide or declared, and served once.
fn check_names(handler: &Handler, errors: &mut Errors) {
    // Of a guide that is not known, no names are.
    let Some(guide) = handler.arguments.guide else { return };
    let mut served = BTreeMap::new();
    for method in &handler.methods {
        let Some(name) = method.activity.name() else { continue };
        let wire = name.name.as_str();
        match &method.activity {
            Served::Unknown { .. } => errors.push(name.error(describe_unknown(wire, guide))),
            Served::Declared { .. } if guide.activity(wire).is_some() => errors.push(name.error(format_args!(
                "`{wire}` is an activity of guide `{}`, its request and reply are known: write `#[activity({wire})]`",
                guide.name,
            ))),
            Served::Declared { .. } if wire.is_empty() => errors.push(name.error("an activity has a name on the wire")),
            _ => {}
        }
        if let Some(first) = served.insert(wire, method.name()) {
            errors.push(name.error(format_args!("`{wire}` is served by `{first}` already")));
            served.insert(wire, first);
        }
    }
}

/// The messages that are declared on the spot.
fn check_declarations(handler: &mut Handler, root: &Path, errors: &mut Errors) {
    let field_types = handler.arguments.guide.map(|guide| guide.field_types).unwrap_or_default();
    for method in &mut handler.methods {
        if let Served::Declared { declared, .. } = &mut method.activity {
            declared.request.check(errors);
            declared.request.check_types(root, field_types, errors);
            if let Some(reply) = &mut declared.reply {
                reply.check(errors);
            }
        }
    }
}

/// An answer of `newInstance` that may be pending needs a `queryInstance`. Was that reported?
fn check_pending(handler: &Handler, errors: &mut Errors) -> bool {
    let Some(query) = handler.arguments.guide.and_then(|guide| guide.asks_by) else { return false };
    let serves = |wire: &str| handler.methods.iter().find(|method| may_serve(handler, method, wire));
    let Some(pending) = serves("newInstance")
        .and_then(Method::returns)
        .and_then(|ty| find_ident(ty.to_token_stream(), "Provisioning"))
    else {
        return false;
    };
    if serves(query).is_some() {
        return false;
    }
    errors.at(
        pending,
        format_args!(
            "while a new instance is pending, KooGallery asks for it by `{query}`, which no method serves; add \
             `#[activity({query})] async fn …`, or answer with the reply itself",
        ),
    );
    true
}

/// Everything that the billing requires is served.
fn check_completeness(handler: &Handler, pending_was_reported: bool, errors: &mut Errors) {
    let (Some(billing), Some(guide)) = (&handler.arguments.billing, handler.arguments.guide) else { return };
    // What could not be read or guessed may be what is missing.
    let unreadable = handler.methods.iter().any(|method| match &method.activity {
        Served::Unreadable => true,
        Served::Unknown { name } => nearest(&name.name, guide.names()).is_none(),
        Served::Known { .. } | Served::Declared { .. } => false,
    });
    if unreadable {
        return;
    }
    let serves = |wire: &str| handler.methods.iter().any(|method| may_serve(handler, method, wire));
    let mut missing = guide.required(billing, serves);
    missing.retain(|(activity, _)| {
        let reported = pending_was_reported && guide.asks_by == Some(activity.wire);
        !serves(activity.wire) && !reported
    });
    if !missing.is_empty() {
        errors.at(&handler.self_type, describe_missing(guide, &missing));
    }
}

/// Does a method serve it, or is that what its misspelt name was meant to be?
fn may_serve(handler: &Handler, method: &Method, wire: &str) -> bool {
    match &method.activity {
        Served::Unknown { name } => {
            handler.arguments.guide.and_then(|guide| nearest(&name.name, guide.names())) == Some(wire)
        }
        served => served.name().is_some_and(|name| name.name == wire),
    }
}

fn describe_unknown(wire: &str, guide: &Guide) -> String {
    let declare = match nearest(wire, guide.names()) {
        Some(_) => String::new(),
        None => format!("; declare another: `#[activity(\"{wire}\", request = Name {{ field: Text<64> }})]`"),
    };
    format!(
        "there is no activity `{wire}`{}; guide `{}` has {}{declare}",
        did_you_mean(wire, guide.names()),
        guide.name,
        listed(guide.names()),
    )
}

fn describe_missing(guide: &Guide, missing: &[(&Activity, Vec<Billing>)]) -> String {
    let mut message =
        format!("no method serves {}", listed(missing.iter().map(|(activity, _)| activity.wire)));
    for (activity, models) in missing {
        let models = match &models[..] {
            [] => format!("guide `{}`", guide.name),
            models => format!("billing {}", listed(models.iter().map(|model| model.name()))),
        };
        let Activity { wire, request, reply, .. } = activity;
        message += &format!(
            "\n  `{wire}` is required by {models}; add\n    \
             #[activity({wire})] async fn {}(&self, request: {request}) -> Result<{reply}, Fault> {{ … }}",
            snake_case(wire),
        );
    }
    message
}

/// `newInstance` → `new_instance`.
fn snake_case(wire: &str) -> String {
    let mut name = String::new();
    for letter in wire.chars() {
        if letter.is_uppercase() {
            name.push('_');
        }
        name.extend(letter.to_lowercase());
    }
    name
}
