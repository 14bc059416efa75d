import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Tells which Java it is; a JVM finds its own libraries through /proc/self/exe. */
public final class Server {
  public static void main(String[] words) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(4006), 0);
    server.createContext("/", exchange -> {
      byte[] body = describe().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
      exchange.close();
    });
    server.start();
    System.out.println("listening on port 4006");
  }

  private static String describe() throws IOException {
    ProcessHandle self = ProcessHandle.current();
    return String.format(
        "{\"java\":\"%s\",\"home\":\"%s\",\"user\":\"%s\",\"directory\":\"%s\",\"executable\":\"%s\",\"pid\":%d,\"heapMiB\":%d}",
        System.getProperty("java.specification.version"), System.getProperty("java.home"),
        System.getProperty("user.name"), System.getProperty("user.dir"),
        Path.of("/proc/self/exe").toRealPath(), self.pid(), Runtime.getRuntime().maxMemory() >> 20);
  }
}
