//! Usage that is recorded once, kept, and handed out until the market has it.

mod contract;
