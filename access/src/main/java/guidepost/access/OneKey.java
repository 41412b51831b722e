package guidepost.access;

import java.net.Socket;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.KeyManagerFactorySpi;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/// Hands TLS the one key that a server has. The usual way leads through a key store with a
/// password: a third of a second at every start, for a password that nobody has.
///
/// Threads: any; immutable.
final class OneKey extends X509ExtendedKeyManager {

  private static final String ALIAS = "server";

  private final ServerCertificate certificate;

  private OneKey(ServerCertificate certificate) {
    this.certificate = certificate;
  }

  /// What TLS asks for its key managers.
  static KeyManagerFactory factory(ServerCertificate certificate) {
    return new Factory(new OneKey(certificate));
  }

  private static final class Factory extends KeyManagerFactory {

    @SuppressWarnings("NullAway") // of no provider
    Factory(OneKey key) {
      super(new Spi(key), null, "one key");
    }
  }

  private static final class Spi extends KeyManagerFactorySpi {

    private final OneKey key;

    Spi(OneKey key) {
      this.key = key;
    }

    @Override
    protected void engineInit(KeyStore store, char[] password) {}

    @Override
    protected void engineInit(ManagerFactoryParameters parameters) {}

    @Override
    protected KeyManager[] engineGetKeyManagers() {
      return new KeyManager[] {key};
    }
  }

  private @Nullable String alias(String keyType) {
    return keyType.equals(certificate.key().getAlgorithm()) ? ALIAS : null;
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
    return alias(keyType);
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, Socket socket) {
    return alias(keyType);
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return alias(keyType) == null ? null : new String[] {ALIAS};
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return certificate.chain().toArray(X509Certificate[]::new);
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return certificate.key();
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, Socket socket) {
    return null;
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }
}
