//! Transport over sockets: a plain HTTP/1.1 server on one address.
//!
//! It carries out what the core decides (delays, stalls, resets, broken bodies) and decides nothing itself.

use std::io;
use std::net::{SocketAddr, TcpListener as StandardListener};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, HeaderValue, SERVER};
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use crate::answer::{Answer, Response};
use crate::world::World;

/// A running server; it ends with [`Server::shutdown`] or when it is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    accepting: JoinHandle<()>,
}

impl Server {
    /// Serves a world on an address; port 0 takes a free one. Must be called within a tokio runtime.
    pub fn start(world: Arc<World>, address: SocketAddr) -> io::Result<Self> {
        let listener = StandardListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let listener = TcpListener::from_std(listener)?;
        let address = listener.local_addr()?;
        let (stop, stopped) = watch::channel(false);
        let accepting = tokio::spawn(accept(listener, world, stopped));
        Ok(Self {
            address,
            stop,
            accepting,
        })
    }

    /// The address that is listened on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address as an endpoint URL.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Stops: no new connections, answers under way are finished, stalled ones are dropped.
    pub async fn shutdown(self) {
        // The accepting task holds a receiver for as long as it runs; without one it has ended already.
        let _ = self.stop.send(true);
        let _ = self.accepting.await;
    }
}

async fn accept(listener: TcpListener, world: Arc<World>, mut stopped: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    let handed_on = stopped.clone();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(serve(stream, Arc::clone(&world), handed_on.clone()));
                }
                // Out of file descriptors, or a connection that was gone at once: the next may do better.
                Err(_) => tokio::task::yield_now().await,
            },
            // A server that was dropped stops as well.
            () = stop_signal(&mut stopped) => break,
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

async fn serve(stream: TcpStream, world: Arc<World>, mut stopped: watch::Receiver<bool>) {
    // Failing to switch Nagle off costs time, nothing else.
    let _ = stream.set_nodelay(true);
    let stopping = stopped.clone();
    let service = service_fn(move |request| respond(Arc::clone(&world), request, stopping.clone()));
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .keep_alive(true)
        .pipeline_flush(true)
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    tokio::select! {
        // Broken connections are the client's affair, or a fault that was asked for.
        _ = connection.as_mut() => return,
        () = stop_signal(&mut stopped) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = connection.await;
}

/// Waits for the stop; a sender that is gone means the same.
async fn stop_signal(stopped: &mut watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stop| *stop).await;
}

/// Ends the connection without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the connection is cut off on purpose")]
struct CutOff;

async fn respond(
    world: Arc<World>,
    request: http::Request<Incoming>,
    mut stopped: watch::Receiver<bool>,
) -> Result<http::Response<Payload>, CutOff> {
    let (head, body) = request.into_parts();
    let body = if body.is_end_stream() {
        Bytes::new()
    } else {
        body.collect().await.map_err(|_| CutOff)?.to_bytes()
    };
    let answer = world.answer(&http::Request::from_parts(head, body), world.elapsed());
    match answer {
        Answer::Respond(response) => Ok(send(response, None).await),
        Answer::Truncated { response, keep } => Ok(send(response, Some(keep)).await),
        Answer::Reset { delay } => {
            pause(delay).await;
            Err(CutOff)
        }
        Answer::Stall => {
            // Until the client gives up, which drops this future, or the server stops.
            stop_signal(&mut stopped).await;
            Err(CutOff)
        }
    }
}

async fn pause(delay: std::time::Duration) {
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
}

async fn send(response: Response, keep: Option<usize>) -> http::Response<Payload> {
    pause(response.delay).await;
    let length = response.body.len();
    let mut answer = http::Response::new(Payload {
        data: Some(match keep {
            None => response.body,
            Some(keep) => response.body.slice(..keep.min(length)),
        }),
        length: length as u64,
        breaks_off: keep.is_some(),
        is_flushed: false,
    });
    *answer.status_mut() = response.status;
    *answer.headers_mut() = response.headers;
    answer
        .headers_mut()
        .insert(SERVER, HeaderValue::from_static("AmazonS3"));
    if keep.is_some() {
        answer.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    answer
}

/// A body that comes whole, or breaks off after what there is of it.
#[derive(Debug)]
struct Payload {
    data: Option<Bytes>,
    length: u64,
    breaks_off: bool,
    is_flushed: bool,
}

impl Body for Payload {
    type Data = Bytes;
    type Error = CutOff;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, CutOff>>> {
        match self.data.take() {
            Some(data) if !data.is_empty() => Poll::Ready(Some(Ok(Frame::data(data)))),
            _ if !self.breaks_off => Poll::Ready(None),
            _ if self.is_flushed => Poll::Ready(Some(Err(CutOff))),
            _ => {
                // The connection writes out what it holds only while it waits for more, so it is made to wait once.
                self.is_flushed = true;
                context.waker().wake_by_ref();
                Poll::Pending
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        !self.breaks_off && self.data.as_ref().is_none_or(Bytes::is_empty)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length)
    }
}
