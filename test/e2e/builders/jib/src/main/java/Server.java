import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;

/** A server as an application would have it: it says which version it is, on every path. */
public final class Server {
  private static final byte[] VERSION = "one".getBytes();

  public static void main(String[] arguments) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(8080), 0);
    server.createContext("/", exchange -> {
      exchange.sendResponseHeaders(200, VERSION.length);
      exchange.getResponseBody().write(VERSION);
      exchange.close();
    });
    server.start();
  }
}
