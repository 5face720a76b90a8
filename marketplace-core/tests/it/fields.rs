//! Every field of every message, at its limit and one beyond. The tables are those of the vendor's pages.

mod kits;
mod licence;
mod replies;
mod requests;
mod table;
mod v1;
