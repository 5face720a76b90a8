//! `cargo run -p servers -- redis postgres`: starts these servers, says their URLs, and ends with its input.

use std::any::Any;
use std::error::Error;
use std::io;

use servers::{Nginx, Postgres, Redis};

fn main() -> Result<(), Box<dyn Error>> {
    let mut servers: Vec<Box<dyn Any>> = Vec::new();
    for name in std::env::args().skip(1) {
        match &*name {
            "redis" => {
                let redis = Redis::start(&[])?;
                println!("{}", redis.url());
                servers.push(Box::new(redis));
            }
            "postgres" => {
                let postgres = Postgres::start()?;
                println!("{}", postgres.url());
                servers.push(Box::new(postgres));
            }
            "nginx" => {
                let nginx = Nginx::start(|_, port| format!("server {{ listen 127.0.0.1:{port}; }}"))?;
                println!("{}", nginx.url());
                servers.push(Box::new(nginx));
            }
            _ => {
                return Err(format!("`{name}` is not here; there are `redis`, `postgres` and `nginx`").into());
            }
        }
    }
    io::copy(&mut io::stdin(), &mut io::sink())?;
    Ok(())
}
