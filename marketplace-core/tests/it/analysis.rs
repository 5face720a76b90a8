//! Why a signature is not accepted. The mistakes are made here with code of their own, not with the crate's.

mod cases;
mod hostile;
mod mistakes;
mod reports;
mod secrecy;
mod signing;
mod vectors;
