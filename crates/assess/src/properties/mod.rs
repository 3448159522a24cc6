//! What must hold for every organization, whatever is in it and whatever could not be read of it.

mod exceptions;
mod judged;
mod knowledge;
mod related_buckets;
mod scope;
mod worlds;
